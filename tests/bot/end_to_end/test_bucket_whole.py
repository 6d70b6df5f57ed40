"""Requirement 21 in the running program: a photo and a packet in an S3 bucket, sealed, checked, handed out, deleted."""

from pathlib import Path

from storage.blobs import PROBE
from tests.bot.end_to_end.case import PICTURES, until
from tests.bot.end_to_end.guests import WebGuest
from tests.bot.house import MATTER
from tests.doubles.s3 import S3Service
from tests.support.served import run_bot, served


def names(s3: S3Service, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.admin.list_objects_v2(Bucket=bucket).get("Contents", ())]


async def test_a_case_lives_in_a_bucket_and_leaves_it(s3: S3Service, sqlite_url: str, tmp_path: Path) -> None:
    bucket = s3.make("whole")
    run = tmp_path / "run"
    settings = {**s3.settings(f"s3://{bucket}/our/blobs"), "encrypt": 1, "delete_after": 0}
    async with served(run, sqlite_url, **settings) as program:
        guest = WebGuest(program)
        ready = (await guest.client.get("/readyz")).json()
        assert ready == {"ready": True, "parts": {"database": True, "blobs": True}}
        await guest.say(MATTER)
        await guest.show(PICTURES[0], "小票")
        await guest.say("材料包")
        await guest.choose("!packet=court")
        await until(lambda: sum(name.startswith("our/blobs-packets/1/") for name in names(s3, bucket)) == 4)
        kept = names(s3, bucket)
        assert sum(name.startswith("our/blobs/1/") for name in kept) == 2
        (exhibit,) = (await guest.state())["case"]["evidence"]
        assert (await guest.client.get(exhibit["original"])).content == PICTURES[0]
        for name in kept:
            with s3.admin.get_object(Bucket=bucket, Key=name)["Body"] as body:
                assert PICTURES[0] not in body.read()

        for command in (("verify", "--all"), ("doctor",)):
            status, out, err = await run_bot(*command, folder=run, database_url=sqlite_url, **settings)
            assert (status, err) == (0, b""), out
        await guest.say("删除")
        await guest.choose("!delete=all")
        await until(lambda: names(s3, bucket) == [f"our/blobs/{PROBE}"])
        await guest.client.aclose()
        assert s3.secret not in program.log
        assert s3.key not in program.log
        assert not list(run.rglob("blobs*"))


async def test_a_wrong_secret_is_one_sentence_at_the_start(s3: S3Service, tmp_path: Path) -> None:
    settings = {**s3.settings(f"s3://{s3.make('wrong')}/blobs"), "s3_secret": "quite-another"}
    status, _, err = await run_bot("serve", folder=tmp_path, **settings)
    assert status == 1
    assert err.count(b"\n") == 1
    assert b"check S3_SECRET" in err
    assert b"quite-another" not in err
