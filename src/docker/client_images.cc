// The calls about images.

#include "docker/client.h"
#include "docker/codec.h"
#include "docker/image_reference.h"
#include "docker/replies.h"
#include "sandbox/base/encoding.h"

namespace sandbox::docker {
namespace {

constexpr size_t kProgressLineMax = 64 * 1024;
constexpr unsigned kSwitchingProtocols = 101;

}  // namespace

Task<std::vector<ImageSummary>> Client::ListImages() {
  auto reply = co_await Call({"GET", "/images/json"});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeImages(*reply);
}

Task<ImageInfo> Client::InspectImage(std::string image) {
  // The reference keeps its slashes: the engine routes everything between /images/ and /json.
  auto reply = co_await Call({"GET", Cat("/images/", image, "/json")});
  if (!reply)
    co_return std::unexpected(std::move(Renamed(std::move(reply), "NO_SUCH_CONTAINER", "NO_SUCH_IMAGE").error()));
  co_return DecodeImage(*reply);
}

Task<void> Client::PullImage(std::string image, std::function<void(const PullProgress&)> progress) {
  const auto reference = ParseImageReference(image);
  if (!reference) co_return std::unexpected(reference.error());
  const std::string& tag = reference->digest.empty() ? reference->tag : reference->digest;
  auto stream = co_await http_.Open(
      {"POST", Cat("/images/create?fromImage=", PercentEncode(reference->name), "&tag=", PercentEncode(tag)), "",
       kNone});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  const bool refused = (*stream)->Status() >= 400;
  std::string text;
  while (true) {
    auto piece = co_await (*stream)->Read();
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    if (piece->empty()) break;
    text += *piece;
    if (text.size() > kProgressLineMax) co_return Fail(Code::kResourceExhausted, "REPLY_TOO_LARGE", "image pull");
    for (size_t end = 0; !refused && (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      const std::string line = text.substr(0, end);
      if (line.find_first_not_of("\r ") == std::string::npos) continue;
      auto parsed = DecodePullLine(line);
      if (!parsed) co_return std::unexpected(std::move(parsed.error()));
      if (progress) progress(*parsed);
    }
  }
  if (refused)
    co_return Fail(Code::kUnavailable, "PULL_FAILED",
                   Cat("Docker Engine answers ", (*stream)->Status(), ": ", DecodeMessage(text)));
  co_return Result<void>();
}

Task<std::unique_ptr<HttpStream>> Client::BuildImage(BuildRequest request, std::shared_ptr<ByteSource> context) {
  HttpCall call{"POST", "/build?" + EncodeBuild(request), "", kNone};
  call.source = std::move(context);
  return Streamed(std::move(call));
}

Task<std::unique_ptr<HttpStream>> Client::OpenSession(std::string id, std::vector<std::string> methods) {
  HttpCall call{"POST", "/session"};
  call.upgrade = "h2c";
  call.headers = {{"X-Docker-Expose-Session-Uuid", std::move(id)}, {"X-Docker-Expose-Session-Name", "sandbox"}};
  for (std::string& method : methods)
    call.headers.emplace_back("X-Docker-Expose-Session-Grpc-Method", std::move(method));
  auto stream = co_await http_.Open(std::move(call));
  if (!stream || (*stream)->Status() == kSwitchingProtocols) co_return stream;
  co_return Fail(
      Code::kUnimplemented, "NO_SESSIONS",
      Cat("the engine has no BuildKit that asks for secrets: it answers ", (*stream)->Status(), " to POST /session"));
}

Task<std::unique_ptr<HttpStream>> Client::LoadImages(std::shared_ptr<ByteSource> archive) {
  HttpCall call{"POST", "/images/load", "", kNone};
  call.source = std::move(archive);
  return Streamed(std::move(call));
}

Task<void> Client::RemoveImage(std::string image) {
  auto removed = co_await Call({"DELETE", Cat("/images/", image), "", kSlow});
  if (removed) co_return Result<void>();
  co_return std::unexpected(std::move(Renamed(std::move(removed), "NO_SUCH_CONTAINER", "NO_SUCH_IMAGE").error()));
}

}  // namespace sandbox::docker
