// What there is: repositories, tags, and what refers to a manifest.

#include <charconv>
#include <nlohmann/json.hpp>

#include "api/oci/calls.h"
#include "sandbox/base/encoding.h"

namespace sandbox::oci {
namespace {

using nlohmann::json;

constexpr size_t kNamesMax = 10000;  // of one answer; the rest is behind its Link

Result<size_t> Wanted(const OciRequest& request) {
  if (!request.Has("n")) return kNamesMax;
  const std::string_view text = request.Param("n");
  size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool digits = !text.empty() && read.ptr == text.data() + text.size();
  if (digits && read.ec == std::errc::result_out_of_range) return kNamesMax;
  if (!digits || read.ec != std::errc())
    return Fail(Code::kInvalidArgument, "PAGINATION_NUMBER_INVALID", "n: expected how many names are wanted");
  return std::min(number, kNamesMax);
}

net::HttpResponse Page(const NamePage& page, json body, const std::string& path, size_t wanted) {
  net::HttpResponse response = Json(body.dump());
  if (page.more) {
    response.headers.Set(
        "Link", Cat("<", path, "?n=", wanted, "&last=", PercentEncode(page.names.back(), "/"), ">; rel=\"next\""));
  }
  return response;
}

}  // namespace

Answer ListTags(Session& session) {
  const OciRequest& request = session.request;
  const auto wanted = Wanted(request);
  if (!wanted) return std::unexpected(wanted.error());
  const auto page = session.store.Tags(request.repository, request.Param("last"), *wanted);
  if (!page) return std::unexpected(page.error());
  return Page(*page, {{"name", request.repository}, {"tags", page->names}},
              Cat("/v2/", request.repository, "/tags/list"), *wanted);
}

Answer ListRepositories(Session& session) {
  const auto wanted = Wanted(session.request);
  if (!wanted) return std::unexpected(wanted.error());
  const auto page = session.store.Repositories(session.request.Param("last"), *wanted);
  if (!page) return std::unexpected(page.error());
  return Page(*page, {{"repositories", page->names}}, "/v2/_catalog", *wanted);
}

Answer ListReferrers(Session& session) {
  const OciRequest& request = session.request;
  const auto subject = DigestOf(request.reference);
  if (!subject) return std::unexpected(subject.error());
  const std::string_view type = request.Param("artifactType");
  const auto referrers = session.store.Referrers(request.repository, *subject, type);
  if (!referrers) return std::unexpected(referrers.error());
  json manifests = json::array();
  for (const std::string& descriptor : *referrers) manifests.push_back(json::parse(descriptor, nullptr, false));
  constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";
  net::HttpResponse response =
      Json(json{{"schemaVersion", 2}, {"mediaType", kIndex}, {"manifests", std::move(manifests)}}.dump(), kIndex);
  if (!type.empty()) response.headers.Set("OCI-Filters-Applied", "artifactType");
  return response;
}

}  // namespace sandbox::oci
