"""Unmodified S3 clients against a running object store.

The endpoint is SANDBOX_S3 (default: the store of a sandbox that the tests start), credentials minio/miniostorage. Every
test works under a prefix of its own and removes it.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlsplit

import boto3
import pytest
import s3fs
from botocore.config import Config

ENDPOINT = os.environ.get("SANDBOX_S3", "")
BUCKET = "my-s3-bucket"
KEYS = [
    "plain",
    "a b",
    "x=y======/f",
    "100%",
    "q?r&s+t",
    "h\u00e9/\u65e5\u672c",
    "quote'\"",
    "semi;colon:at@",
    "tilde~star*(1)!",
    "deep/er/est",
]
ENV = {
    **os.environ,
    "AWS_ACCESS_KEY_ID": "minio",
    "AWS_SECRET_ACCESS_KEY": "miniostorage",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="module", autouse=True)
def server(request):
    """The sandbox of the other client tests, unless SANDBOX_S3 names another store."""
    global ENDPOINT
    if not ENDPOINT:
        ENDPOINT = f"http://localhost:{request.getfixturevalue('standard').s3}"


def tool(name):
    path = shutil.which(name)
    assert path, f"{name} is not installed: scripts/setup clients"
    return path


@pytest.fixture
def prefix():
    name = f"client-test-{uuid.uuid4().hex[:10]}"
    yield name
    client = make_boto()
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=name):
        for item in page.get("Contents", []):
            client.delete_object(Bucket=BUCKET, Key=item["Key"])


def make_boto(**options):
    return boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        aws_access_key_id="minio",
        aws_secret_access_key="miniostorage",
        region_name=options.pop("region", "us-east-1"),
        config=Config(**options),
    )


def run(*command, env=ENV):
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


def fetch(request):
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


@pytest.fixture
def big(tmp_path):
    path = tmp_path / "big.bin"
    block = os.urandom(1 << 20)
    with open(path, "wb") as out:
        for number in range(100):
            out.write(number.to_bytes(4, "big") + block[4:])
    return path


def sha(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_boto_keys_ranges_and_metadata(prefix):
    s3 = make_boto()
    for key in KEYS:
        s3.put_object(
            Bucket=BUCKET, Key=f"{prefix}/{key}", Body=key.encode(), ContentType="text/html", Metadata={"who": "me"}
        )
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]]
    assert listed == sorted((f"{prefix}/{key}" for key in KEYS), key=lambda key: key.encode())
    for key in KEYS:
        answer = s3.get_object(Bucket=BUCKET, Key=f"{prefix}/{key}")
        assert answer["Body"].read() == key.encode()
        assert answer["ContentType"] == "text/html" and answer["Metadata"] == {"who": "me"}
        assert answer["ETag"] == f'"{hashlib.md5(key.encode()).hexdigest()}"'
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/range", Body=b"0123456789")
    for wanted, got in [("bytes=2-4", b"234"), ("bytes=7-", b"789"), ("bytes=-3", b"789"), ("bytes=5-100", b"56789")]:
        assert s3.get_object(Bucket=BUCKET, Key=f"{prefix}/range", Range=wanted)["Body"].read() == got
    with pytest.raises(s3.exceptions.ClientError) as failure:
        s3.get_object(Bucket=BUCKET, Key=f"{prefix}/range", Range="bytes=10-")
    assert failure.value.response["Error"]["Code"] == "InvalidRange"


def test_boto_errors(prefix):
    s3 = make_boto()

    def code(call, **arguments):
        with pytest.raises(s3.exceptions.ClientError) as failure:
            call(**arguments)
        return failure.value.response["Error"]["Code"]

    assert code(s3.get_object, Bucket=BUCKET, Key=f"{prefix}/none") == "NoSuchKey"
    assert code(s3.head_object, Bucket=BUCKET, Key=f"{prefix}/none") == "404"
    assert code(s3.list_objects_v2, Bucket="no-such-bucket") == "NoSuchBucket"
    assert code(s3.head_bucket, Bucket="no-such-bucket") == "404"
    assert code(s3.upload_part, Bucket=BUCKET, Key="k", UploadId="none", PartNumber=1, Body=b"x") == "NoSuchUpload"
    assert (
        code(
            s3.put_object,
            Bucket=BUCKET,
            Key=f"{prefix}/x",
            Body=b"abc",
            ContentMD5=base64.b64encode(hashlib.md5(b"other").digest()).decode(),
        )
        == "BadDigest"
    )
    assert code(s3.head_object, Bucket=BUCKET, Key=f"{prefix}/x") == "404"
    assert code(s3.get_object, Bucket=BUCKET, Key="k", IfMatch='"0"') in ("NoSuchKey", "PreconditionFailed")


def test_boto_conditional_write(prefix):
    s3 = make_boto()
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/once", Body=b"1", IfNoneMatch="*")
    with pytest.raises(s3.exceptions.ClientError) as failure:
        s3.put_object(Bucket=BUCKET, Key=f"{prefix}/once", Body=b"2", IfNoneMatch="*")
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3"])
def test_boto_listing_pages_and_delete_many(prefix, region):
    s3 = make_boto(region=region)
    keys = [f"{prefix}/{folder}/{number:02}" for folder in "abc" for number in range(7)]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    for version in ("list_objects_v2", "list_objects"):
        pages = s3.get_paginator(version).paginate(Bucket=BUCKET, Prefix=f"{prefix}/", PaginationConfig={"PageSize": 4})
        assert [item["Key"] for page in pages for item in page.get("Contents", [])] == keys
        pages = s3.get_paginator(version).paginate(
            Bucket=BUCKET, Prefix=f"{prefix}/", Delimiter="/", PaginationConfig={"PageSize": 2}
        )
        assert [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])] == [
            f"{prefix}/{folder}/" for folder in "abc"
        ]
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix, StartAfter=keys[18])
    assert [item["Key"] for item in after["Contents"]] == keys[19:] and after["KeyCount"] == 2
    deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})
    assert len(deleted["Deleted"]) == len(keys)
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 0


def test_boto_multipart(prefix):
    s3 = make_boto()
    key = f"{prefix}/parts"
    parts = [os.urandom(5 << 20), os.urandom(5 << 20), b"end"]
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ContentType="text/plain", Metadata={"a": "b"})[
        "UploadId"
    ]
    assert upload in [item["UploadId"] for item in s3.list_multipart_uploads(Bucket=BUCKET, Prefix=prefix)["Uploads"]]
    done = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=number, Body=body)["ETag"],
        }
        for number, body in enumerate(parts, 1)
    ]
    assert [part["Size"] for part in s3.list_parts(Bucket=BUCKET, Key=key, UploadId=upload)["Parts"]] == [
        len(part) for part in parts
    ]
    with pytest.raises(s3.exceptions.ClientError) as failure:
        s3.complete_multipart_upload(
            Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"bad"'}]}
        )
    assert failure.value.response["Error"]["Code"] == "InvalidPart"
    answer = s3.complete_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": done})
    expected = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    assert answer["ETag"] == f'"{expected}-3"'
    got = s3.get_object(Bucket=BUCKET, Key=key)
    assert (
        got["Body"].read() == b"".join(parts) and got["Metadata"] == {"a": "b"} and got["ContentType"] == "text/plain"
    )
    s3.copy_object(Bucket=BUCKET, Key=f"{key}-copy", CopySource={"Bucket": BUCKET, "Key": key})
    assert s3.head_object(Bucket=BUCKET, Key=f"{key}-copy")["ETag"] == answer["ETag"]
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
    part = s3.upload_part_copy(
        Bucket=BUCKET,
        Key=key,
        UploadId=upload,
        PartNumber=1,
        CopySourceRange="bytes=2-6",
        CopySource={"Bucket": BUCKET, "Key": key},
    )["CopyPartResult"]["ETag"]
    assert part == f'"{hashlib.md5(parts[0][2:7]).hexdigest()}"'
    s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)
    with pytest.raises(s3.exceptions.ClientError):
        s3.list_parts(Bucket=BUCKET, Key=key, UploadId=upload)


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_boto_presigned(prefix, signature):
    s3 = make_boto(signature_version=signature)
    key = f"{prefix}/pre signed=1"
    link = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=60)
    status, headers, _ = fetch(urllib.request.Request(link, data=b"hello", method="PUT", headers={"Content-Type": ""}))
    assert status == 200 and headers["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    link = s3.generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": key, "ResponseContentType": "text/x-test"}, ExpiresIn=60
    )
    status, headers, body = fetch(link)
    assert (status, body, headers["Content-Type"]) == (200, b"hello", "text/x-test")
    assert fetch(link.replace("Signature=", "Signature=0"))[0] == 403
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/other", Body=b"of nobody else")
    others = link.replace("pre%20signed%3D1", "other")
    assert others != link and fetch(others)[0] == 403
    assert fetch(urllib.request.Request(link, data=b"x", method="PUT", headers={"Content-Type": ""}))[0] == 403
    expired = s3.generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=-10 if signature == "s3" else 0
    )
    if signature == "s3":
        status, _, body = fetch(expired)
        assert status == 403 and b"Request has expired" in body


def test_wrong_credentials(prefix):
    for access, secret, code in [
        ("minio", "wrong", "SignatureDoesNotMatch"),
        ("nobody", "miniostorage", "InvalidAccessKeyId"),
    ]:
        s3 = boto3.client(
            "s3", endpoint_url=ENDPOINT, aws_access_key_id=access, aws_secret_access_key=secret, region_name="us-east-1"
        )
        with pytest.raises(s3.exceptions.ClientError) as failure:
            s3.put_object(Bucket=BUCKET, Key=f"{prefix}/x", Body=b"x")
        assert failure.value.response["Error"]["Code"] == code


def test_anonymous(prefix):
    status, _, body = fetch(f"{ENDPOINT}/{BUCKET}/{prefix}/missing")
    assert status == 404 and b"NoSuchKey" in body
    assert fetch(urllib.request.Request(f"{ENDPOINT}/{BUCKET}/{prefix}/x", data=b"x", method="PUT"))[0] == 403


def test_boto_unsigned_trailer(prefix):
    """What boto sends to an https endpoint, over http: aws-chunked with a checksum behind it."""
    import zlib
    import http.client

    s3 = make_boto(signature_version="s3v4")
    key = f"{prefix}/chunked"
    data = os.urandom(100_000)
    link = urlsplit(s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=60))
    for checksum, wanted in [(zlib.crc32(data), 200), (zlib.crc32(data) ^ 1, 400)]:
        connection = http.client.HTTPConnection(link.hostname, link.port, timeout=60)
        coded = (
            b"%x\r\n" % len(data)
            + data
            + b"\r\n0\r\nx-amz-checksum-crc32:"
            + base64.b64encode(checksum.to_bytes(4, "big"))
            + b"\r\n\r\n"
        )
        connection.request(
            "PUT",
            f"{link.path}?{link.query}",
            body=coded,
            headers={
                "Content-Encoding": "aws-chunked",
                "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "x-amz-trailer": "x-amz-checksum-crc32",
                "x-amz-decoded-content-length": str(len(data)),
            },
        )
        assert connection.getresponse().status == wanted
    got = s3.get_object(Bucket=BUCKET, Key=key)
    assert got["Body"].read() == data and "ContentEncoding" not in got


def test_empty_file_of_an_upload_location(prefix):
    """requests sends Content-Length 0, chunked coding and then nothing for an empty file."""
    import socket

    s3 = make_boto(signature_version="s3v4")
    link = urlsplit(
        s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": f"{prefix}/empty"}, ExpiresIn=60)
    )
    with socket.create_connection((link.hostname, link.port), timeout=30) as connection:
        connection.sendall(
            (
                f"PUT {link.path}?{link.query} HTTP/1.1\r\nHost: {link.netloc}\r\nContent-Length: 0\r\n"
                "Transfer-Encoding: chunked\r\nContent-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\n\r\n"
            ).encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert s3.head_object(Bucket=BUCKET, Key=f"{prefix}/empty")["ContentLength"] == 0


def test_aws_cli(prefix, big, tmp_path):
    aws = [tool("aws"), "--endpoint-url", ENDPOINT]
    run(
        *aws,
        "s3",
        "cp",
        str(big),
        f"s3://{BUCKET}/{prefix}/big",
        "--only-show-errors",
        "--acl",
        "bucket-owner-full-control",
    )
    assert str(big.stat().st_size) in run(*aws, "s3", "ls", f"s3://{BUCKET}/{prefix}/")
    run(*aws, "s3", "cp", f"s3://{BUCKET}/{prefix}/big", str(tmp_path / "back"), "--only-show-errors")
    assert sha(tmp_path / "back") == sha(big)
    run(
        *aws,
        "s3api",
        "get-object",
        "--bucket",
        BUCKET,
        "--key",
        f"{prefix}/big",
        "--range",
        "bytes=1048576-1048580",
        str(tmp_path / "part"),
    )
    assert (tmp_path / "part").read_bytes() == open(big, "rb").read()[1048576:1048581]
    tree = tmp_path / "tree"
    (tree / "x y").mkdir(parents=True)
    (tree / "x y" / "=.txt").write_text("one")
    (tree / "empty").write_bytes(b"")
    run(*aws, "s3", "cp", "--recursive", str(tree), f"s3://{BUCKET}/{prefix}/tree", "--only-show-errors")
    run(*aws, "s3", "sync", f"s3://{BUCKET}/{prefix}/tree", str(tmp_path / "tree2"), "--only-show-errors")
    assert (tmp_path / "tree2" / "x y" / "=.txt").read_text() == "one" and (
        tmp_path / "tree2" / "empty"
    ).stat().st_size == 0
    link = run(*aws, "s3", "presign", f"s3://{BUCKET}/{prefix}/tree/x y/=.txt").strip()
    assert fetch(link)[2] == b"one"
    missing = subprocess.run(
        [*aws, "--no-sign-request", "s3api", "head-object", "--bucket", BUCKET, "--key", f"{prefix}/no"],
        env=ENV,
        capture_output=True,
        text=True,
    )
    assert missing.returncode != 0 and "404" in missing.stderr
    run(*aws, "s3", "rm", "--recursive", f"s3://{BUCKET}/{prefix}/", "--only-show-errors")
    assert fetch(link)[0] == 404


def test_s3cmd(prefix, big, tmp_path):
    host = urlsplit(ENDPOINT).netloc
    s3cmd = [
        tool("s3cmd"),
        "--no-ssl",
        f"--host={host}",
        f"--host-bucket={host}",
        "--access_key=minio",
        "--secret_key=miniostorage",
        "--config=/dev/null",
        "--no-progress",
    ]
    run(*s3cmd, "put", str(big), f"s3://{BUCKET}/{prefix}/a b.bin")
    assert "a b.bin" in run(*s3cmd, "ls", f"s3://{BUCKET}/{prefix}/")
    run(*s3cmd, "get", f"s3://{BUCKET}/{prefix}/a b.bin", str(tmp_path / "back"))
    assert sha(tmp_path / "back") == sha(big)
    run(*s3cmd, "info", f"s3://{BUCKET}/{prefix}/a b.bin")
    run(*s3cmd, "cp", f"s3://{BUCKET}/{prefix}/a b.bin", f"s3://{BUCKET}/{prefix}/copy")
    run(*s3cmd, "del", f"s3://{BUCKET}/{prefix}/a b.bin", f"s3://{BUCKET}/{prefix}/copy")
    assert run(*s3cmd, "ls", f"s3://{BUCKET}/{prefix}/") == ""


def test_rclone(prefix, big, tmp_path):
    env = {
        **ENV,
        "RCLONE_CONFIG_S_TYPE": "s3",
        "RCLONE_CONFIG_S_PROVIDER": "Minio",
        "RCLONE_CONFIG_S_ACCESS_KEY_ID": "minio",
        "RCLONE_CONFIG_S_SECRET_ACCESS_KEY": "miniostorage",
        "RCLONE_CONFIG_S_ENDPOINT": ENDPOINT,
    }
    env.pop("AWS_CA_BUNDLE", None)  # rclone refuses it
    rclone = [tool("rclone"), "--config", "/dev/null", "--s3-upload-cutoff", "20M", "--s3-chunk-size", "8M"]
    remote = f"S:{BUCKET}/{prefix}"
    run(*rclone, "copy", str(big), remote, env=env)
    run(*rclone, "check", str(big.parent), remote, "--download", "--include", "big.bin", env=env)
    run(*rclone, "copyto", f"{remote}/big.bin", str(tmp_path / "back"), env=env)
    assert sha(tmp_path / "back") == sha(big)
    run(*rclone, "purge", remote, env=env)
    assert "big.bin" not in run(*rclone, "lsf", f"S:{BUCKET}", env=env)


def test_s3fs(prefix, big, tmp_path):
    fs = s3fs.S3FileSystem(
        key="minio",
        secret="miniostorage",
        client_kwargs={"endpoint_url": ENDPOINT},
        cache_regions=True,
        skip_instance_cache=True,
    )
    root = f"{BUCKET}/{prefix}"
    fs.put(str(big), f"{root}/big")
    fs.get(f"{root}/big", str(tmp_path / "back"))
    assert sha(tmp_path / "back") == sha(big)
    with fs.open(f"{root}/stream", "wb") as out:
        for _ in range(30):
            out.write(b"0" * (1 << 20))
    assert fs.info(f"{root}/stream")["size"] == 30 << 20
    with fs.open(f"{root}/big", "rb") as file:
        file.seek(1 << 20)
        assert file.read(4) == (1).to_bytes(4, "big")
    assert not fs.exists(f"{root}/none") and fs.isdir(root)
    tree = tmp_path / "t"
    (tree / "d").mkdir(parents=True)
    (tree / "d" / "f").write_text("x")
    fs.put(str(tree), f"{root}/tree", recursive=True)
    assert [name for name in fs.find(root) if name.endswith("/d/f")]
    fs.cp(f"{root}/big", f"{root}/copy")
    fs.rm(root, recursive=True)
    fs.invalidate_cache()
    assert not fs.exists(f"{root}/big")


def test_s3fs_anonymous(prefix):
    fs = s3fs.S3FileSystem(anon=True, client_kwargs={"endpoint_url": ENDPOINT}, skip_instance_cache=True)
    assert not fs.exists(f"{BUCKET}/{prefix}/none")
