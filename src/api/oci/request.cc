#include "api/oci/request.h"

#include <algorithm>
#include <charconv>

#include "oci/names.h"
#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::oci {
namespace {

std::optional<uint64_t> NumberOf(std::string_view text) {
  uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), Plus::kIsSpace);
    auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), Plus::kIsSpace);
    if (name && value && !pair.empty()) out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

// Takes "/WORD/REST" off the end of a path: REST, which has no slash.
std::optional<std::string> Cut(std::string_view& path, std::string_view word) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || !path.substr(0, slash).ends_with(word)) return std::nullopt;
  std::string rest(path.substr(slash + 1));
  path = path.substr(0, slash - word.size());
  return rest;
}

// What the last part of a path is of, by the words before it; the longer words first.
constexpr std::pair<std::string_view, Resource> kLasts[] = {{"/manifests", Resource::kManifest},
                                                            {"/referrers", Resource::kReferrers},
                                                            {"/blobs/uploads", Resource::kUpload},
                                                            {"/blobs", Resource::kBlob}};

// What is behind "/v2/". A repository may have parts like "blobs": the end of the path decides.
bool ReadPath(std::string_view path, OciRequest& out) {
  if (path.empty()) return true;
  if (path == "_catalog") {
    out.resource = Resource::kCatalog;
    return true;
  }
  std::optional<std::string> rest;
  if (path.ends_with("/tags/list")) {
    path.remove_suffix(std::string_view("/tags/list").size());
    out.resource = Resource::kTags;
  } else {
    for (const auto& [word, resource] : kLasts) {
      rest = Cut(path, word);
      out.resource = resource;
      if (rest) break;
    }
    if (!rest) return false;
    const bool begins_upload =
        (out.resource == Resource::kUpload && rest->empty()) || (out.resource == Resource::kBlob && *rest == "uploads");
    if (begins_upload) out.resource = Resource::kUploads;
  }
  out.repository = path;
  out.reference = rest.value_or("");
  return true;
}

}  // namespace

bool OciRequest::Has(std::string_view parameter) const {
  return std::ranges::any_of(query, [&](const auto& pair) { return pair.first == parameter; });
}

std::string_view OciRequest::Param(std::string_view name) const {
  const auto found = std::ranges::find(query, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string> OciRequest::Params(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : query) {
    if (key == name) out.push_back(value);
  }
  return out;
}

Result<OciRequest> ParseRequest(const net::HttpRequest& http) {
  const std::string_view target = http.target;
  const size_t question = std::min(target.find('?'), target.size());
  const auto path = PercentDecode(target.substr(0, question));
  OciRequest out;
  out.query = ParseQuery(target.substr(std::min(question + 1, target.size())));
  constexpr std::string_view kRoot = "/v2/";
  const bool is_ours = path && (path->starts_with(kRoot) || *path == "/v2");
  if (!is_ours || !ReadPath(std::string_view(*path).substr(std::min(kRoot.size(), path->size())), out)) {
    return Fail(Code::kNotFound, "NOT_FOUND",
                Cat("nothing is at ", path ? ValidUtf8(*path) : std::string("this path"),
                    ": this is an image registry, its API begins with /v2/"));
  }
  const bool has_repository = out.resource != Resource::kBase && out.resource != Resource::kCatalog;
  if (has_repository && !IsRepository(out.repository)) {
    return Fail(Code::kInvalidArgument, "NAME_INVALID",
                Cat("'", ValidUtf8(out.repository),
                    "' is no name of a repository: small letters and digits, joined by '.', '_', '__' or '-', in parts "
                    "between slashes, at most ",
                    kRepositoryBytesMax, " characters together"));
  }
  return out;
}

std::optional<ChunkRange> ParseChunkRange(std::string_view text) {
  if (text.starts_with("bytes ")) text.remove_prefix(std::string_view("bytes ").size());
  text = text.substr(0, text.find('/'));
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = NumberOf(text.substr(0, dash)), last = NumberOf(text.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first == UINT64_MAX) return std::nullopt;
  return ChunkRange{*first, *last};
}

}  // namespace sandbox::oci
