// Links to the object store, and data by flyte:// address: protocol/control-plane 6.1 to 6.3.

#include "api/v1/execution_service.h"
#include "api/v1/flyte_url.h"
#include "api/v1/projection.h"
#include "api/v1/upload_path.h"
#include "control/ids.h"
#include "control/launch.h"
#include "control/literals.h"
#include "idl/ids.h"
#include "idl/times.h"
#include "sandbox/base/encoding.h"
#include "sandbox/registry/digest.h"

namespace sandbox::api {

namespace admin = flyteidl::admin;
namespace core = flyteidl::core;
namespace service = flyteidl::service;

namespace {

constexpr Duration kExpiresMax = std::chrono::hours(1);
constexpr std::string_view kMd5Metadata = "flytecontentmd5";

template <typename Request>
Duration ExpiresIn(const Request& request) {
  return request.has_expires_in() ? idl::FromIdl(request.expires_in()) : kExpiresMax;
}

Status CheckUpload(const service::CreateUploadLocationRequest& request) {
  if (request.project().empty() || request.domain().empty())
    return InvalidArgument("project and domain are required parameters");
  if (request.content_md5().empty() && request.filename_root().empty()) {
    return InvalidArgument("content_md5 or filename_root is a required parameter");
  }
  const Duration expires = ExpiresIn(request);
  if (expires > kExpiresMax) {
    return InvalidArgument(Cat("expiresIn [", FormatGoDuration(expires), "] cannot exceed max allowed expiration [",
                               FormatGoDuration(kExpiresMax), "]"));
  }
  if (expires <= Duration::zero())
    return InvalidArgument(Cat("expiresIn [", FormatGoDuration(expires), "] is invalid: it must be greater than 0"));
  return {};
}

// A link for downloads: not negative, at most the maximum.
Status CheckExpires(Duration expires, std::string_view prefix) {
  if (expires < Duration::zero()) {
    return InvalidArgument(Cat(prefix, "expiresIn is invalid. Error: input duration [", FormatGoDuration(expires),
                               "] should not less than 0"));
  }
  if (expires > kExpiresMax) {
    return InvalidArgument(Cat(prefix, "expiresIn is invalid. Error: input duration [", FormatGoDuration(expires),
                               "] cannot exceed max allowed expiration [", FormatGoDuration(kExpiresMax), "]"));
  }
  if (expires == Duration::zero())
    return InvalidArgument(Cat(prefix, "expiresIn is invalid: it must be greater than 0"));
  return {};
}

// Whether the object that is there has the content that the caller is about to send.
bool HasContent(const ObjectInfo& info, const std::string& md5) {
  auto recorded = info.attributes.metadata.find(std::string(kMd5Metadata));
  if (recorded != info.attributes.metadata.end()) return recorded->second == Base64(md5);
  return info.etag == Hex(md5) || info.etag == Base32(md5) || info.etag == Base64(md5);
}

Status CheckFree(const ExecutionDeps& deps, const service::CreateUploadLocationRequest& request,
                 const UploadPath& path) {
  if (request.filename().empty() || request.filename_root().empty()) return {};
  auto info = deps.objects.Head(deps.layout.bucket, path.key);
  if (!info) return {};
  if (!request.content_md5().empty() && HasContent(*info, request.content_md5())) return {};
  return Fail(
      Code::kAlreadyExists, "OBJECT_EXISTS",
      Cat("file already exists at location [", path.native_url, "], specify a matching hash if you wish to rewrite"));
}

// What the caller must send with the upload, as the reference has it: the length is that of the digest's text. Clients
// put that of their file in its place; an empty file's wrong length is met by net::ParseRequestHead.
std::map<std::string, std::string> UploadHeaders(const service::CreateUploadLocationRequest& request) {
  std::map<std::string, std::string> headers;
  const std::string md5 = Base64(request.content_md5());
  headers["Content-Length"] = std::to_string(md5.size());
  headers["Content-MD5"] = md5;
  if (request.add_content_md5_metadata()) headers["x-amz-meta-flyteContentMD5"] = headers["Content-MD5"];
  return headers;
}

// One literal by its name, or all.
Status Select(core::LiteralMap literals, const FlyteUrl& url, const std::string& where, service::GetDataResponse* out) {
  if (url.name.empty()) {
    *out->mutable_literal_map() = std::move(literals);
    return {};
  }
  auto found = literals.literals().find(url.name);
  if (found == literals.literals().end()) return InvalidArgument(Cat("name [", url.name, "] not found in ", where));
  *out->mutable_literal() = found->second;
  return {};
}

}  // namespace

Result<service::CreateUploadLocationResponse> ExecutionService::CreateUploadLocation(
    const service::CreateUploadLocationRequest& request) {
  if (auto ok = CheckUpload(request); !ok) return std::unexpected(std::move(ok.error()));
  const std::string prefix = request.filename_root().empty() ? Base32(request.content_md5()) : request.filename_root();
  const std::string filename =
      request.filename().empty() ? control::GenerateExecutionName(deps_.entropy).substr(1) : request.filename();
  auto path =
      MakeUploadPath(deps_.layout.bucket, {request.org(), request.project(), request.domain(), prefix, filename});
  if (!path) return std::unexpected(std::move(path.error()));
  if (auto ok = CheckFree(deps_, request, *path); !ok) return std::unexpected(std::move(ok.error()));
  const Duration expires = ExpiresIn(request);
  const auto headers = UploadHeaders(request);
  service::CreateUploadLocationResponse out;
  out.set_signed_url(deps_.signer.Sign("PUT", deps_.layout.bucket, path->key, expires, headers));
  out.set_native_url(path->native_url);
  *out.mutable_expires_at() = idl::ToIdl(deps_.clock.Now() + expires);
  out.mutable_headers()->insert(headers.begin(), headers.end());
  return out;
}

Result<service::CreateDownloadLocationResponse> ExecutionService::CreateDownloadLocation(
    const service::CreateDownloadLocationRequest& request) {
  constexpr std::string_view kRefused = "error while validating request: ";
  auto place = ParseNativeUrl(request.native_url());
  if (!place) return InvalidArgument(Cat(kRefused, place.error().message));
  const Duration expires = ExpiresIn(request);
  if (auto ok = CheckExpires(expires, kRefused); !ok) return std::unexpected(std::move(ok.error()));
  service::CreateDownloadLocationResponse out;
  out.set_signed_url(deps_.signer.Sign("GET", place->bucket, place->key, expires, {}));
  *out.mutable_expires_at() = idl::ToIdl(deps_.clock.Now() + expires);
  return out;
}

Result<service::CreateDownloadLinkResponse> ExecutionService::CreateDownloadLink(
    const service::CreateDownloadLinkRequest& request) {
  constexpr std::string_view kRefused = "error while validating request. Error: ";
  if (request.artifact_type() != service::ARTIFACT_TYPE_DECK) {
    return InvalidArgument(
        Cat(kRefused, "invalid artifact type [", service::ArtifactType_Name(request.artifact_type()), "]"));
  }
  const Duration expires = ExpiresIn(request);
  if (auto ok = CheckExpires(expires, kRefused); !ok) return std::unexpected(std::move(ok.error()));
  if (!request.has_node_execution_id()) return InvalidArgument(Cat(kRefused, "source is required. Provided nil"));

  admin::NodeExecutionGetRequest get;
  *get.mutable_id() = request.node_execution_id();
  auto node = GetNodeExecution(get);
  if (!node)
    return InvalidArgument(
        Cat("failed to find node execution [", registry::GoText(get.id()), "]. Error: ", node.error().message));
  auto place = ParseObjectUri(node->closure().deck_uri());
  if (!place) {
    service::CreateDownloadLinkRequest shown = request;
    *shown.mutable_expires_in() = idl::ToIdl(expires);
    return NotFound(Cat("no deckUrl found for request [", registry::GoText(shown), "]"));
  }
  if (!deps_.objects.Head(place->bucket, place->key)) return NotFound("object not found");
  service::CreateDownloadLinkResponse out;
  out.add_signed_url(deps_.signer.Sign("GET", place->bucket, place->key, expires, {}));
  *out.mutable_expires_at() = idl::ToIdl(deps_.clock.Now() + expires);
  *out.mutable_pre_signed_urls()->mutable_signed_url() = out.signed_url();
  *out.mutable_pre_signed_urls()->mutable_expires_at() = out.expires_at();
  return out;
}

Result<service::GetDataResponse> ExecutionService::GetData(const service::GetDataRequest& request) {
  auto url = ParseFlyteUrl(request.flyte_url());
  if (!url) return std::unexpected(std::move(url.error()));
  if (url->attempt) return GetAttemptData(*url);
  service::GetDataResponse out;
  if (url->kind == 'd') {
    service::CreateDownloadLinkRequest link;
    link.set_artifact_type(service::ARTIFACT_TYPE_DECK);
    *link.mutable_node_execution_id() = idl::ToIdl(url->node);
    if (!deps_.store.Query([&](MetadataReader& reader) { return reader.FindNode(url->node).has_value(); }))
      return control::MissingNode(url->node);
    auto made = CreateDownloadLink(link);
    if (!made) return std::unexpected(std::move(made.error()));
    *out.mutable_pre_signed_urls() = made->pre_signed_urls();
    return out;
  }
  const auto node = deps_.store.Query([&](MetadataReader& reader) { return reader.FindNode(url->node); });
  if (!node) return control::MissingNode(url->node);
  auto literals = control::ReadLiterals(deps_.objects, url->kind == 'i' ? node->input_uri
                                                       : node->error    ? ""
                                                                        : node->output_uri);
  const std::string where = Cat("node execution [", registry::GoText(idl::ToIdl(url->node)), "]");
  if (auto ok = Select(std::move(literals), *url, where, &out); !ok) return std::unexpected(std::move(ok.error()));
  return out;
}

Result<service::GetDataResponse> ExecutionService::GetAttemptData(const FlyteUrl& url) {
  auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindTask({url.node, *url.attempt}); });
  if (!record) {
    core::TaskExecutionIdentifier shown;
    *shown.mutable_node_execution_id() = idl::ToIdl(url.node);
    shown.set_retry_attempt(*url.attempt);
    return InvalidArgument(Cat("no task executions were listed [", registry::GoText(shown), "]. Error: <nil>"));
  }
  if (url.kind == 'd')
    return InvalidArgument("deck type cannot be specified with a retry attempt, just use the node instead");
  const std::string where = Cat("task execution [", registry::GoText(TaskId(*record)), "]");
  service::GetDataResponse out;
  auto literals = control::ReadLiterals(deps_.objects, url.kind == 'i' ? record->input_uri : record->output_uri);
  if (auto ok = Select(std::move(literals), url, where, &out); !ok) return std::unexpected(std::move(ok.error()));
  return out;
}

}  // namespace sandbox::api
