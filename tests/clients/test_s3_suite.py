"""What public S3 suites ask beyond everyday use, asked with boto3: checksums, conditions, parts, tags, CORS.

botocore itself compares the checksum of every body that it downloads.
"""

import base64
import hashlib
import http.client
import threading
import urllib.request
import uuid
import zlib
from urllib.parse import urlsplit

import pytest
import test_s3
from test_s3 import BUCKET, fetch, make_boto, prefix, server  # noqa: F401

MIB = 1 << 20
PARTS = [b"a" * (5 * MIB), b"end"]


@pytest.fixture
def s3():
    return make_boto()


@pytest.fixture
def bucket(s3):
    name = f"client-test-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=name)
    yield name
    for item in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=item["Key"])
    s3.delete_bucket(Bucket=name)


def code(call, **arguments):
    """The status and the code of the error that the call ends in."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["ResponseMetadata"]["HTTPStatusCode"], failure.value.response["Error"]["Code"]


def digest(algorithm, data):
    if algorithm == "CRC32":
        return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
    return base64.b64encode(hashlib.new(algorithm, data).digest()).decode()


def begin(s3, key, **options):
    return s3.create_multipart_upload(Bucket=BUCKET, Key=key, **options)["UploadId"]


def send(s3, key, upload, parts=PARTS, **options):
    done = []
    for number, body in enumerate(parts, 1):
        answer = s3.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=number, Body=body, **options)
        fields = {name: answer[name] for name in answer if name.startswith("Checksum") and name != "ChecksumType"}
        done.append({"PartNumber": number, "ETag": answer["ETag"], **fields})
    return done


def complete(s3, key, upload, parts, **options):
    return s3.complete_multipart_upload(
        Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, **options
    )


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksum_of_a_put(s3, prefix, algorithm):  # noqa: F811
    key, field = f"{prefix}/sum", f"Checksum{algorithm}"
    right = digest(algorithm, b"hello")
    answer = s3.put_object(Bucket=BUCKET, Key=key, Body=b"hello", **{field: right})
    assert answer[field] == right and answer["ChecksumType"] == "FULL_OBJECT"
    assert field not in s3.head_object(Bucket=BUCKET, Key=key)
    assert s3.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")[field] == right
    got = s3.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")
    assert got[field] == right and got["Body"].read() == b"hello"
    told = s3.get_object_attributes(
        Bucket=BUCKET, Key=key, ObjectAttributes=["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    )
    assert told["Checksum"][field] == right and told["ObjectSize"] == 5 and "ObjectParts" not in told
    wrong = digest(algorithm, b"hellO")
    assert code(s3.put_object, Bucket=BUCKET, Key=key, Body=b"hello", **{field: wrong}) == (400, "BadDigest")
    assert code(s3.put_object, Bucket=BUCKET, Key=key, Body=b"hello", **{field: "bad"}) == (400, "InvalidRequest")


@pytest.mark.parametrize(
    "algorithm,type_", [("CRC32", "COMPOSITE"), ("CRC32", "FULL_OBJECT"), ("SHA1", None), ("SHA256", "COMPOSITE")]
)
def test_checksum_of_parts(s3, prefix, algorithm, type_):  # noqa: F811
    key, field = f"{prefix}/sum", f"Checksum{algorithm}"
    options = {"ChecksumType": type_} if type_ else {}
    made = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ChecksumAlgorithm=algorithm, **options)
    assert made["ChecksumAlgorithm"] == algorithm and made["ChecksumType"] == (type_ or "COMPOSITE")
    upload = made["UploadId"]
    parts = send(s3, key, upload, ChecksumAlgorithm=algorithm)
    assert [part[field] for part in parts] == [digest(algorithm, body) for body in PARTS]
    listed = s3.list_parts(Bucket=BUCKET, Key=key, UploadId=upload)
    assert listed["ChecksumAlgorithm"] == algorithm
    assert [part[field] for part in listed["Parts"]] == [part[field] for part in parts]
    if type_ == "FULL_OBJECT":
        wanted, other = digest(algorithm, b"".join(PARTS)), digest(algorithm, b"other")
    else:
        raw = b"".join(base64.b64decode(part[field]) for part in parts)
        wanted, other = digest(algorithm, raw) + "-2", digest(algorithm, b"other") + "-2"
    assert code(complete, s3=s3, key=key, upload=upload, parts=parts, **{field: other}) == (400, "BadDigest")
    answer = complete(s3, key, upload, parts, **{field: wanted})
    assert answer[field] == wanted and answer["ChecksumType"] == made["ChecksumType"]
    head = s3.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")
    assert head[field] == wanted and head["ChecksumType"] == made["ChecksumType"]
    assert s3.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")["Body"].read() == b"".join(PARTS)
    part = s3.get_object(Bucket=BUCKET, Key=key, PartNumber=2, ChecksumMode="ENABLED")
    assert part["PartsCount"] == 2 and part["Body"].read() == PARTS[1]
    told = s3.get_object_attributes(Bucket=BUCKET, Key=key, ObjectAttributes=["Checksum", "ObjectParts"])
    assert told["Checksum"][field] == wanted and told["ObjectParts"]["TotalPartsCount"] == 2
    assert [(part["Size"], part[field]) for part in told["ObjectParts"]["Parts"]] == [
        (len(body), digest(algorithm, body)) for body in PARTS
    ]


def test_completed_twice(s3, prefix):  # noqa: F811
    key = f"{prefix}/twice"
    upload = begin(s3, key)
    parts = send(s3, key, upload)
    first = complete(s3, key, upload, parts)
    again = complete(s3, key, upload, parts)
    assert again["ETag"] == first["ETag"] and again["Key"] == first["Key"]
    assert code(s3.abort_multipart_upload, Bucket=BUCKET, Key=key, UploadId=upload) == (404, "NoSuchUpload")


def test_small_parts(s3, prefix):  # noqa: F811
    key = f"{prefix}/small"
    upload = begin(s3, key)
    parts = send(s3, key, upload, [b"x" * (5 * MIB - 1), b"y"])
    assert code(complete, s3=s3, key=key, upload=upload, parts=parts) == (400, "EntityTooSmall")
    assert complete(s3, key, upload, parts[1:])


def test_part_sent_again_while_the_first_still_runs(s3, prefix):  # noqa: F811
    """The first sending ends last; both entity tags are in the list, and the last entry counts."""
    key = f"{prefix}/again"
    upload = begin(s3, key)
    first = b"A" * (2 * MIB)
    link = urlsplit(
        make_boto(signature_version="s3v4").generate_presigned_url(
            "upload_part", Params={"Bucket": BUCKET, "Key": key, "UploadId": upload, "PartNumber": 1}
        )
    )
    slow = http.client.HTTPConnection(link.hostname, link.port, timeout=60)
    slow.putrequest("PUT", f"{link.path}?{link.query}")
    slow.putheader("Content-Length", str(len(first)))
    slow.endheaders()
    slow.send(first[:MIB])
    second = send(s3, key, upload, [b"B" * (2 * MIB)])
    slow.send(first[MIB:])
    answer = slow.getresponse()
    assert answer.status == 200
    complete(s3, key, upload, second + [{"PartNumber": 1, "ETag": answer.getheader("ETag")}])
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == first


def test_parts_by_number(s3, prefix):  # noqa: F811
    key = f"{prefix}/numbers"
    upload = begin(s3, key)
    complete(s3, key, upload, send(s3, key, upload))
    head = s3.head_object(Bucket=BUCKET, Key=key, PartNumber=2)
    assert head["PartsCount"] == 2 and head["ContentLength"] == 3
    assert s3.get_object(Bucket=BUCKET, Key=key, PartNumber=2)["Body"].read() == b"end"
    assert code(s3.get_object, Bucket=BUCKET, Key=key, PartNumber=3) == (416, "InvalidPartNumber")


def test_conditional_deletes(s3, prefix):  # noqa: F811
    key = f"{prefix}/conditional"
    etag = s3.put_object(Bucket=BUCKET, Key=key, Body=b"12345")["ETag"]
    assert code(s3.delete_object, Bucket=BUCKET, Key=key, IfMatch="bad") == (412, "PreconditionFailed")
    assert code(s3.delete_object, Bucket=BUCKET, Key=key, IfMatchSize=4) == (412, "PreconditionFailed")
    many = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key, "ETag": "bad"}]})
    assert many["Errors"][0]["Code"] == "PreconditionFailed"
    modified = s3.head_object(Bucket=BUCKET, Key=key)["LastModified"]
    s3.delete_object(Bucket=BUCKET, Key=key, IfMatch=etag, IfMatchSize=5, IfMatchLastModifiedTime=modified)
    assert code(s3.head_object, Bucket=BUCKET, Key=key)[0] == 404
    assert s3.delete_object(Bucket=BUCKET, Key=key, IfMatch="bad")["ResponseMetadata"]["HTTPStatusCode"] == 204
    objects = [{"Key": f"{prefix}/{number}"} for number in range(1001)]
    assert code(s3.delete_objects, Bucket=BUCKET, Delete={"Objects": objects}) == (400, "MalformedXML")


def test_one_of_many_writers_wins(prefix):  # noqa: F811
    from botocore.exceptions import ClientError

    outcomes = []

    def write(body):
        try:
            make_boto().put_object(Bucket=BUCKET, Key=f"{prefix}/once", Body=body, IfNoneMatch="*")
            outcomes.append(200)
        except ClientError as error:
            outcomes.append(error.response["ResponseMetadata"]["HTTPStatusCode"])

    threads = [threading.Thread(target=write, args=(bytes([number]),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200] + [412] * 7


def test_texts_come_back_as_they_were(s3, prefix):  # noqa: F811
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix, ContinuationToken="")["ContinuationToken"] == ""
    for call in (s3.list_objects, s3.list_objects_v2):
        assert call(Bucket=BUCKET, Prefix="\n")["Prefix"] == "\n"
    key = f"{prefix}/text"
    for given, kept in [("deflate, gzip", "deflate, gzip"), ("aws-chunked, gzip", "gzip")]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x", ContentEncoding=given)
        assert s3.head_object(Bucket=BUCKET, Key=key)["ContentEncoding"] == kept
    # boto3 sends such a header as UTF-8 and reads it as Latin-1.
    name = "J\u00fcrgen"
    s3.meta.events.register(
        "before-call.s3.PutObject", lambda params, **_: params["headers"].update({"x-amz-meta-who": name})
    )
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    assert s3.head_object(Bucket=BUCKET, Key=key)["Metadata"]["who"] == name
    assert fetch(f"{test_s3.ENDPOINT}/{BUCKET}/%ff")[0] == 400


def test_copies_that_cannot_be(s3, prefix):  # noqa: F811
    key = f"{prefix}/source"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"12345")
    source = {"Bucket": BUCKET, "Key": key}
    assert code(s3.copy_object, Bucket=BUCKET, Key=key, CopySource=source) == (400, "InvalidRequest")
    s3.copy_object(Bucket=BUCKET, Key=key, CopySource=source, MetadataDirective="REPLACE", Metadata={"a": "b"})
    assert s3.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"a": "b"}
    options = {"Bucket": BUCKET, "Key": key, "UploadId": begin(s3, key), "PartNumber": 1, "CopySource": source}
    assert code(s3.upload_part_copy, **options, CopySourceRange="bytes=0-21") == (416, "InvalidRange")
    assert code(s3.upload_part_copy, **options, CopySourceRange="bytes=0") == (400, "InvalidArgument")
    s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=options["UploadId"])


def test_tags(s3, bucket):
    tags = [{"Key": "a b", "Value": "1&2"}, {"Key": "c", "Value": ""}]
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=2")
    assert s3.head_object(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "k"})
    assert s3.get_object_tagging(Bucket=bucket, Key="to")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    many = [{"Key": str(number), "Value": ""} for number in range(11)]
    assert code(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": many}) == (400, "InvalidTag")
    assert code(s3.get_bucket_tagging, Bucket=bucket) == (404, "NoSuchTagSet")
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    assert code(s3.get_bucket_tagging, Bucket=bucket) == (404, "NoSuchTagSet")


def test_location(s3):
    name = f"client-test-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    try:
        assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-3"
    finally:
        s3.delete_bucket(Bucket=name)
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None


def test_cors(s3, bucket):
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["http://*.example.com"], "ExposeHeaders": ["ETag"]}]
    assert code(s3.get_bucket_cors, Bucket=bucket) == (404, "NoSuchCORSConfiguration")
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    def ask(method, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return fetch(urllib.request.Request(f"{test_s3.ENDPOINT}/{bucket}/k", method=method, headers=names))

    page = "http://a.example.com"
    assert ask("GET", Origin=page)[1]["Access-Control-Allow-Origin"] == page
    assert "Access-Control-Allow-Origin" not in ask("GET", Origin="http://example.org")[1]
    assert ask("OPTIONS")[0] == 400
    assert ask("OPTIONS", Origin=page)[0] == 400
    assert ask("OPTIONS", Origin=page, Access_Control_Request_Method="GET")[0] == 200
    assert ask("OPTIONS", Origin=page, Access_Control_Request_Method="PUT")[0] == 403
    s3.delete_bucket_cors(Bucket=bucket)
    assert ask("OPTIONS", Origin=page, Access_Control_Request_Method="GET")[0] == 403
