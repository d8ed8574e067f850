// Uploads over real sockets: whole, in chunks, cut in the middle.

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

std::string DigestQuery(std::string_view bytes) { return "?digest=" + DigestOfBytes(bytes).text; }
std::string RangeLine(size_t first, size_t last) { return Cat("Content-Range: ", first, "-", last, "\r\n"); }

TEST_CASE("a blob in one request", "[oci]") {
  RunningRegistry registry;
  const Reply made = registry.Ask("POST", "/v2/app/blobs/uploads/" + DigestQuery("layer"), "layer");
  CHECK(made.Code() == "201");
  CHECK(made.Get("Location") == "/v2/app/blobs/" + DigestOfBytes("layer").text);
  CHECK(made.Get("Docker-Content-Digest") == DigestOfBytes("layer").text);
  CHECK(registry.Ask("GET", made.Get("Location")).body == "layer");
  CHECK(registry.Code("POST", "/v2/app/blobs/uploads/" + DigestQuery("layer"), "other") == "400 DIGEST_INVALID");
  CHECK(registry.Code("POST", "/v2/app/blobs/uploads/?digest=md5:1", "x") == "400 DIGEST_INVALID");
  CHECK(registry.Code("POST", "/v2/APP/blobs/uploads/") == "400 NAME_INVALID");
  CHECK(registry.HasNothingHalf());
}

TEST_CASE("a blob in two requests", "[oci]") {
  RunningRegistry registry;
  const Reply begun = registry.Ask("POST", "/v2/app/blobs/uploads/");
  CHECK(begun.Code() == "202");
  CHECK(begun.Get("Range") == "0-0");
  CHECK(begun.Get("Location") == "/v2/app/blobs/uploads/" + begun.Get("Docker-Upload-UUID"));
  const Reply made = registry.Ask("PUT", begun.Get("Location") + DigestQuery("layer"), "layer");
  CHECK(made.Code() == "201");
  CHECK(made.Get("Location") == "/v2/app/blobs/" + DigestOfBytes("layer").text);
  CHECK(registry.Code("PUT", begun.Get("Location") + DigestQuery("layer"), "layer") == "404 BLOB_UPLOAD_UNKNOWN");
}

TEST_CASE("a wrong digest drops the upload, a missing one does not", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  CHECK(registry.Code("PUT", upload, "layer") == "400 DIGEST_INVALID");
  CHECK(registry.Code("PUT", upload + "?digest=sha256:zz", "layer") == "400 DIGEST_INVALID");
  CHECK(registry.Code("PUT", upload + DigestQuery("layer"), "other") == "400 DIGEST_INVALID");
  CHECK(registry.Code("GET", upload) == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.Code("GET", "/v2/app/blobs/" + DigestOfBytes("layer").text) == "404 BLOB_UNKNOWN");
  CHECK(registry.HasNothingHalf());
}

TEST_CASE("a blob in chunks, each where the last one ended", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  const Reply first = registry.Ask("PATCH", upload, "012", RangeLine(0, 2));
  CHECK(first.Code() == "202");
  CHECK(first.Get("Range") == "0-2");
  CHECK(first.Get("Location") == upload);
  for (const std::string& wrong :
       {RangeLine(4, 6), RangeLine(0, 2), RangeLine(2, 4), std::string("Content-Range: x\r\n")}) {
    CAPTURE(wrong);
    const Reply refused = registry.Ask("PATCH", upload, "345", wrong);
    CHECK(refused.Code() == "416 BLOB_UPLOAD_INVALID");
    CHECK(refused.Get("Range") == "0-2");
    CHECK(refused.Get("Location") == upload);
  }
  CHECK(registry.Code("PATCH", upload, "345", RangeLine(3, 9)) == "400 SIZE_INVALID");
  const Reply status = registry.Ask("GET", upload);
  CHECK(status.Code() == "204");
  CHECK(status.Get("Range") == "0-2");
  CHECK(registry.Code("PUT", upload + DigestQuery("0123456789"), "6789", RangeLine(6, 9)) == "416 BLOB_UPLOAD_INVALID");
  CHECK(registry.Ask("PATCH", upload, "345", RangeLine(3, 5)).Get("Range") == "0-5");
  CHECK(registry.Code("PUT", upload + DigestQuery("0123456789"), "6789", RangeLine(6, 9)) == "201");
  CHECK(registry.Ask("GET", "/v2/app/blobs/" + DigestOfBytes("0123456789").text).body == "0123456789");
}

TEST_CASE("a stream without a range, of unknown length", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  testing::RawClient client(registry.listener->Port());
  client.Send(Cat("PATCH ", upload,
                  " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n",
                  "\r\n3\r\nlay\r\n2\r\ner\r\n0\r\n\r\n"));
  const Reply patched = RunningRegistry::ReadReply(client);
  CHECK(patched.Code() == "202");
  CHECK(patched.Get("Range") == "0-4");
  CHECK(registry.Code("PUT", upload + DigestQuery("layer")) == "201");
}

TEST_CASE("an unannounced stream that is longer than its range is dropped", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  testing::RawClient client(registry.listener->Port());
  client.Send(Cat("PATCH ", upload,
                  " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n",
                  RangeLine(0, 1), "\r\n3\r\nlay\r\n0\r\n\r\n"));
  CHECK(RunningRegistry::ReadReply(client).Code() == "400 SIZE_INVALID");
  CHECK(registry.Code("GET", upload) == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.HasNothingHalf());
}

TEST_CASE("sha512, whether it is known at the beginning or at the end", "[oci]") {
  RunningRegistry registry;
  const Digest digest = DigestOfBytes("layer", ObjectDigest::kSha512);
  CHECK(registry.Code("POST", "/v2/app/blobs/uploads/?digest=" + digest.text, "layer") == "201");
  const std::string upload = registry.Begin();
  CHECK(registry.Code("PATCH", upload, "other ") == "202");
  const Digest other = DigestOfBytes("other layer", ObjectDigest::kSha512);
  CHECK(registry.Code("PUT", upload + "?digest=" + other.text, "layer") == "201");
  CHECK(registry.Ask("GET", "/v2/app/blobs/" + other.text).body == "other layer");
}

TEST_CASE("an upload is cancelled", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  CHECK(registry.Code("PATCH", upload, std::string(100'000, 'x')) == "202");
  CHECK_FALSE(registry.HasNothingHalf());
  CHECK(registry.Code("DELETE", upload) == "204");
  CHECK(registry.HasNothingHalf());
  CHECK(registry.Code("DELETE", upload) == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.Code("PATCH", upload, "x") == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.Code("PATCH", "/v2/app/blobs/uploads/none", "x") == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.Code("POST", registry.Begin()) == "405 UNSUPPORTED");
  CHECK(registry.Code("GET", "/v2/app/blobs/uploads/") == "405 UNSUPPORTED");
}

TEST_CASE("a blob that is here is mounted, another is uploaded", "[oci]") {
  RunningRegistry registry;
  REQUIRE(registry.PushBlob("layer", "one") == "201");
  const std::string digest = DigestOfBytes("layer").text;
  const Reply mounted = registry.Ask("POST", "/v2/two/blobs/uploads/?mount=" + digest + "&from=one");
  CHECK(mounted.Code() == "201");
  CHECK(mounted.Get("Location") == "/v2/two/blobs/" + digest);
  CHECK(registry.Ask("GET", mounted.Get("Location")).body == "layer");
  CHECK(registry.Code("POST", "/v2/two/blobs/uploads/?mount=" + digest) == "201");
  const Reply begun = registry.Ask("POST", "/v2/two/blobs/uploads/?mount=" + DigestOfBytes("none").text + "&from=one");
  CHECK(begun.Code() == "202");
  CHECK(registry.Code("PUT", begun.Get("Location") + DigestQuery("none"), "none") == "201");
  CHECK(registry.Code("POST", "/v2/two/blobs/uploads/?mount=nonsense") == "202");
}

TEST_CASE("an upload that is cut goes on where it was", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  {
    testing::RawClient client(registry.listener->Port());
    client.Send(Cat("PATCH ", upload, " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n",
                    std::string(3 << 20, 'x')));
  }
  Reply status;
  CHECK(RunningRegistry::Until([&] {
    status = registry.Ask("GET", upload);
    return status.status == 204 && status.Get("Range") != "0-0";
  }));
  const uint64_t bytes = std::stoull(status.Get("Range").substr(2)) + 1;
  CHECK(bytes <= 3 << 20);
  const std::string rest(1000, 'y'), whole = std::string(bytes, 'x') + rest;
  CHECK(registry.Code("PATCH", upload, rest, RangeLine(bytes, bytes + 999)) == "202");
  CHECK(registry.Code("PUT", upload + DigestQuery(whole)) == "201");
}

TEST_CASE("a cut upload leaves nothing: at once, after an hour, or after a restart", "[oci]") {
  RunningRegistry registry;
  const std::string layer(3 << 20, 'x');
  const auto cut = [&](const std::string& request) {
    testing::RawClient client(registry.listener->Port());
    client.Send(Cat(request, " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n", layer));
  };
  cut("POST /v2/app/blobs/uploads/" + DigestQuery("whatever"));
  CHECK(RunningRegistry::Until([&] { return registry.HasNothingHalf(); }));
  const std::string upload = registry.Begin();
  cut("PATCH " + upload);
  CHECK(RunningRegistry::Until([&] {
    const Reply status = registry.Ask("GET", upload);
    return status.status == 204 && status.Get("Range") != "0-0";
  }));
  registry.server->Sweep();
  CHECK_FALSE(registry.HasNothingHalf());
  // The request that was cut may hold it a little longer.
  CHECK(RunningRegistry::Until([&] {
    registry.clock.Advance(std::chrono::minutes(61));
    registry.server->Sweep();
    return registry.HasNothingHalf();
  }));
  CHECK(registry.Code("GET", upload) == "404 BLOB_UPLOAD_UNKNOWN");
  const std::string again = registry.Begin();
  CHECK(registry.Code("PATCH", again, "x") == "202");
  registry.Stop();
  registry.Start();
  CHECK(registry.HasNothingHalf());
  CHECK(registry.Code("PATCH", again, "x") == "404 BLOB_UPLOAD_UNKNOWN");
  CHECK(registry.objects->List(".oci-blobs", "", "", "", 10)->objects.empty());
}

}  // namespace
}  // namespace sandbox::oci
