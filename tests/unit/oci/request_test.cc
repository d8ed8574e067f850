// Paths, queries and ranges of the registry's API.

#include "api/oci/request.h"

#include "api/oci/answer.h"
#include "unit/oci/world.h"

namespace sandbox::oci {
namespace {

Result<OciRequest> Parse(const std::string& target) {
  net::HttpRequest http;
  http.target = target;
  return ParseRequest(http);
}
std::string ReasonOf(const std::string& target) {
  const auto request = Parse(target);
  return request ? "" : request.error().reason;
}

void CheckIs(const std::string& target, Resource resource, const std::string& repository,
             const std::string& reference) {
  CAPTURE(target);
  const auto request = Parse(target);
  REQUIRE(request);
  CHECK(request->resource == resource);
  CHECK(request->repository == repository);
  CHECK(request->reference == reference);
}

TEST_CASE("the end of a path decides what it is", "[oci]") {
  CheckIs("/v2/", Resource::kBase, "", "");
  CheckIs("/v2", Resource::kBase, "", "");
  CheckIs("/v2/_catalog?n=2", Resource::kCatalog, "", "");
  CheckIs("/v2/a/tags/list", Resource::kTags, "a", "");
  CheckIs("/v2/a/b/manifests/v1", Resource::kManifest, "a/b", "v1");
  CheckIs("/v2/a/manifests/sha256%3Aab", Resource::kManifest, "a", "sha256:ab");
  CheckIs("/v2/a/blobs/sha256:ab", Resource::kBlob, "a", "sha256:ab");
  CheckIs("/v2/a/blobs/uploads/", Resource::kUploads, "a", "");
  CheckIs("/v2/a/blobs/uploads", Resource::kUploads, "a", "uploads");
  CheckIs("/v2/a/blobs/uploads/12", Resource::kUpload, "a", "12");
  CheckIs("/v2/a/referrers/sha256:ab", Resource::kReferrers, "a", "sha256:ab");
  CheckIs("/v2/blobs/uploads/manifests/x", Resource::kManifest, "blobs/uploads", "x");
  CheckIs("/v2/manifests/blobs/sha256:ab", Resource::kBlob, "manifests", "sha256:ab");
  CheckIs("/v2/tags/tags/list", Resource::kTags, "tags", "");
}

TEST_CASE("what is no path of the registry, and names that are none", "[oci]") {
  for (const char* target : {"/", "", "/v1/", "/v2x/", "/v2/a", "/v2/a/b", "/v2/%zz", "/v2/a/manifests"})
    CHECK(ReasonOf(target) == "NOT_FOUND");
  for (const char* target : {"/v2/A/tags/list", "/v2//tags/list", "/v2/../manifests/x", "/v2/%2e%2e/manifests/x",
                             "/v2/a%20b/manifests/x", "/v2/a%00/blobs/x", "/v2/tags/list"}) {
    CAPTURE(target);
    CHECK((ReasonOf(target) == "NAME_INVALID" || ReasonOf(target) == "NOT_FOUND"));
  }
  CHECK(ReasonOf("/v2/A/tags/list") == "NAME_INVALID");
}

TEST_CASE("a query has names several times, and escapes", "[oci]") {
  const auto request = Parse("/v2/a/manifests/x?tag=1&tag=b%2Bc&n&=&last=a+b&bad=%z");
  REQUIRE(request);
  CHECK(request->Params("tag") == Texts{"1", "b+c"});
  CHECK(request->Has("n"));
  CHECK(request->Param("n").empty());
  CHECK(request->Param("last") == "a b");
  CHECK_FALSE(request->Has("bad"));
}

TEST_CASE("ranges of chunks", "[oci]") {
  CHECK(ParseChunkRange("0-9")->last == 9);
  CHECK(ParseChunkRange("bytes 5-5/10")->first == 5);
  for (const char* wrong : {"", "-", "5", "5-", "-5", "9-0", "a-b", "0-9a", "0 - 9", "0-18446744073709551615",
                            "0-99999999999999999999", "+1-2"}) {
    CAPTURE(wrong);
    CHECK_FALSE(ParseChunkRange(wrong));
  }
}

TEST_CASE("errors have the specification's body and fitting numbers", "[oci]") {
  const auto answer = [](Code code, const std::string& reason) {
    const net::HttpResponse response = ErrorAnswer(Error{code, reason, "why \xff", SideEffect::kNone, {}});
    return Cat(response.status, " ", response.body);
  };
  CHECK(answer(Code::kNotFound, "BLOB_UNKNOWN") ==
        "404 {\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"why \xef\xbf\xbd\"}]}");
  CHECK(answer(Code::kInvalidArgument, "DIGEST_INVALID").starts_with("400"));
  CHECK(answer(Code::kInvalidArgument, "TOO_LARGE").find("413 {\"errors\":[{\"code\":\"SIZE_INVALID\"") == 0);
  CHECK(answer(Code::kUnimplemented, "UNSUPPORTED").starts_with("405"));
  CHECK(answer(Code::kOutOfRange, "BLOB_UPLOAD_INVALID").starts_with("416"));
  CHECK(answer(Code::kResourceExhausted, "TOOMANYREQUESTS").starts_with("429"));
  CHECK(answer(Code::kResourceExhausted, "DISK_FULL").find("507 {\"errors\":[{\"code\":\"UNKNOWN\"") == 0);
  CHECK(answer(Code::kResourceExhausted, "DISK_FULL").find("free some space") != std::string::npos);
  CHECK(answer(Code::kUnavailable, "DISK").starts_with("503"));
  CHECK(answer(Code::kInternal, "DISK").starts_with("500"));
}

}  // namespace
}  // namespace sandbox::oci
