// One request to the server, and what became of it.
//
// done: taken, with the answer. refused: it never will be (the key of the reason). away: not known; the same item,
// under the same id, is to be sent again.

const HEADERS = { "X-Requested-With": "zgb" };

/** An end to waiting; older browsers wait as long as the network does. */
const within = (milliseconds) => AbortSignal.timeout?.(milliseconds);

export async function getState() {
  const response = await fetch("/chat/state", { cache: "no-store", signal: within(20000) });
  if (!response.ok) throw new Error(`state ${response.status}`);
  return response.json();
}

/** Send an item of the queue; `after` is what the page has read, `onProgress` gets 0 to 1 for a file. */
export function post(item, after, onProgress) {
  return item.file ? postFile(item, after, onProgress) : postJson(item, after);
}

async function postJson(item, after) {
  const body = { id: item.id, after };
  if (item.start) body.start = true;
  else if (item.choice) body.choice = item.choice;
  else body.text = item.text;
  try {
    const response = await fetch("/chat/messages", {
      method: "POST",
      headers: { ...HEADERS, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: within(30000),
    });
    return outcome(response.status, await response.text());
  } catch {
    return { kind: "away" };
  }
}

function postFile(item, after, onProgress) {
  const form = new FormData();
  form.set("id", item.id);
  form.set("after", after);
  form.set("album", item.album);
  form.set("caption", item.text);
  form.append("files", item.file, item.name);
  return new Promise((resolve) => {
    // fetch cannot tell how much of a body has left.
    const request = new XMLHttpRequest();
    let stalled;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), 45000);
    };
    const end = (result) => {
      clearTimeout(stalled);
      resolve(result);
    };
    request.upload.onprogress = (event) => {
      watch();
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => end(outcome(request.status, request.responseText));
    request.onerror = request.onabort = () => end({ kind: "away" });
    request.open("POST", "/chat/messages");
    for (const [name, value] of Object.entries(HEADERS)) request.setRequestHeader(name, value);
    watch();
    request.send(form);
  });
}

function outcome(status, text) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    /* a proxy's own error page */
  }
  if (status >= 200 && status < 300) return { kind: "done", body };
  if (status >= 500 || status === 429 || status === 408 || status === 0) return { kind: "away" };
  return { kind: "refused", key: body.error ?? "other" };
}
