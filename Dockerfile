FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 ZHANGGUI_HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY bot bot
COPY dialogs dialogs
COPY nlu nlu
COPY storage storage
RUN useradd --system --create-home zhanggui && mkdir var && chown zhanggui var
USER zhanggui
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=3)"]
CMD ["python", "-m", "bot", "serve"]
