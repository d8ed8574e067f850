// The examples of the signature's own documentation, and links of ours.

#include "api/s3/signature.h"

#include <catch2/catch.hpp>

#include "api/s3/http_date.h"
#include "api/s3/presign.h"
#include "api/s3/request.h"

using namespace sandbox;
using namespace sandbox::s3;

namespace {

const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const std::string kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const std::string kScope = "20130524/us-east-1/s3/aws4_request";

struct Try {
  net::HttpRequest http;
  Instant now = *ParseAmzDate("20130524T000000Z");
  std::vector<std::string> hosts;

  Try(std::string method, std::string target) {
    http.method = std::move(method);
    http.target = std::move(target);
    http.headers.Set("Host", "examplebucket.s3.amazonaws.com");
  }
  void SignV4(const std::string& signed_headers, const std::string& signature) {
    http.headers.Set("x-amz-date", "20130524T000000Z");
    http.headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=" + kExample.access_key + "/" + kScope +
                                          ",SignedHeaders=" + signed_headers + ",Signature=" + signature);
  }
  S3Result<Identity> Run(const Credentials& credentials = kExample) const {
    auto request = ParseRequest(http, {});
    return Authenticate({request->method, request->raw_path, request->path, request->query, request->headers},
                        credentials, hosts, now);
  }
};

struct FixedClock : Clock {
  Instant now = *ParseAmzDate("20130524T000000Z");
  Instant Now() override { return now; }
};

}  // namespace

TEST_CASE("version 4: GET with a range", "[s3]") {
  Try attempt("GET", "/test.txt");
  attempt.http.headers.Set("Range", "bytes=0-9");
  attempt.http.headers.Set("x-amz-content-sha256", kEmptyHash);
  attempt.SignV4("host;range;x-amz-content-sha256;x-amz-date",
                 "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  auto identity = attempt.Run();
  REQUIRE(identity);
  CHECK_FALSE(identity->anonymous);
  attempt.http.headers.Set("Range", "bytes=0-10");
  CHECK(attempt.Run().error().code == "SignatureDoesNotMatch");
}

TEST_CASE("version 4: PUT with a key that needs escapes", "[s3]") {
  Try attempt("PUT", "/test$file.text");
  attempt.http.headers.Set("Date", "Fri, 24 May 2013 00:00:00 GMT");
  attempt.http.headers.Set("x-amz-storage-class", "REDUCED_REDUNDANCY");
  attempt.http.headers.Set("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  attempt.SignV4("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                 "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  CHECK(attempt.Run());
}

TEST_CASE("version 4: subresources and parameters", "[s3]") {
  Try lifecycle("GET", "/?lifecycle");
  lifecycle.http.headers.Set("x-amz-content-sha256", kEmptyHash);
  lifecycle.SignV4("host;x-amz-content-sha256;x-amz-date",
                   "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(lifecycle.Run());
  Try list("GET", "/?prefix=J&max-keys=2");  // not in order on the wire
  list.http.headers.Set("x-amz-content-sha256", kEmptyHash);
  list.SignV4("host;x-amz-content-sha256;x-amz-date",
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  CHECK(list.Run());
}

TEST_CASE("version 4: a presigned link", "[s3]") {
  Try attempt("GET",
              "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%"
              "2Fs3%2Faws4_request"
              "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
              "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  CHECK(attempt.Run());
  attempt.now += std::chrono::hours(24);
  CHECK(attempt.Run());
  attempt.now += std::chrono::seconds(1);
  CHECK(attempt.Run().error().message == "Request has expired");
  CHECK(attempt.Run().error().code == "AccessDenied");
}

TEST_CASE("version 2: header and query", "[s3]") {
  const Credentials old{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
  Try header("GET", "/awsexamplebucket1/photos/puppy.jpg");
  header.http.headers.Set("Date", "Tue, 27 Mar 2007 19:36:42 +0000");
  header.http.headers.Set("Authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=");
  CHECK(header.Run(old));
  Try expired("GET", "/b/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=x&Expires=1175139620");
  CHECK(expired.Run(old).error().message == "Request has expired");
}

TEST_CASE("wrong credentials have codes of their own", "[s3]") {
  Try attempt("GET", "/test.txt");
  attempt.http.headers.Set("x-amz-content-sha256", kEmptyHash);
  attempt.SignV4("host;x-amz-date", "00");
  CHECK(attempt.Run().error().code == "SignatureDoesNotMatch");
  CHECK(attempt.Run({"other", "x"}).error().code == "InvalidAccessKeyId");
  attempt.http.headers.Set("Authorization", "AWS4-HMAC-SHA256 nonsense");
  CHECK(attempt.Run().error().code == "AuthorizationHeaderMalformed");
  attempt.http.headers.Set("Authorization", "Bearer x");
  CHECK(attempt.Run().error().status == 400);
}

TEST_CASE("no credentials are not an error of the signature", "[s3]") {
  auto identity = Try("GET", "/k").Run();
  REQUIRE(identity);
  CHECK(identity->anonymous);
}

TEST_CASE("links of ours verify, at every name of the server", "[s3]") {
  FixedClock clock;
  PresignSigner signer("http://localhost:30002", {"minio", "miniostorage"}, clock);
  const std::string link =
      signer.Sign("PUT", "my-s3-bucket", "p/d/AB======/a b+c.txt", std::chrono::minutes(5), {{"Content-MD5", "x"}});
  REQUIRE(link.starts_with("http://localhost:30002/my-s3-bucket/p/d/AB%3D%3D%3D%3D%3D%3D/a%20b%2Bc.txt?"));
  Try attempt("PUT", link.substr(std::string("http://localhost:30002").size()));
  attempt.http.headers.Set("Host", "localhost:30002");
  CHECK(attempt.Run({"minio", "miniostorage"}));
  attempt.http.headers.Set("Host", "127.0.0.1:30002");
  CHECK_FALSE(attempt.Run({"minio", "miniostorage"}));
  attempt.hosts = {"localhost:30002"};
  CHECK(attempt.Run({"minio", "miniostorage"}));
  CHECK(attempt.Run({"minio", "another secret"}).error().code == "SignatureDoesNotMatch");
  attempt.http.method = "GET";
  CHECK_FALSE(attempt.Run({"minio", "miniostorage"}));
}

TEST_CASE("a link is for its object and its time alone", "[s3]") {
  FixedClock clock;
  const Credentials ours{"minio", "miniostorage"};
  PresignSigner signer("http://localhost:30002", ours, clock);
  const std::string link = signer.Sign("GET", "my-s3-bucket", "data/a.txt", std::chrono::minutes(5), {});
  const std::string target = link.substr(std::string("http://localhost:30002").size());
  const auto code_of = [&](std::string_view from, std::string_view to) -> std::string {
    std::string changed = target;
    const size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
    Try attempt("GET", changed);
    attempt.http.headers.Set("Host", "localhost:30002");
    const auto identity = attempt.Run(ours);
    return identity ? "" : identity.error().code;
  };
  CHECK(code_of("data/a.txt", "data/a.txt").empty());
  for (const char* other : {"data/b.txt", "data/a.txt/", "data/", "data/../secret", "data%2Fa.txtx", ""})
    CHECK(code_of("data/a.txt", other) == "SignatureDoesNotMatch");
  CHECK(code_of("my-s3-bucket", "another-bucket") == "SignatureDoesNotMatch");
  CHECK(code_of("X-Amz-Expires=300", "X-Amz-Expires=3000") == "SignatureDoesNotMatch");
  CHECK(code_of("X-Amz-Date=20130524T000000Z", "X-Amz-Date=20130524T000100Z") == "SignatureDoesNotMatch");
  CHECK(code_of("X-Amz-Expires=300", "X-Amz-Expires=300&response-content-type=text%2Fhtml") == "SignatureDoesNotMatch");
}
