#include "api/local/uploads.h"

#include <memory>
#include <utility>

#include "api/local/target.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kUploadsPath = "/sandbox/v1/uploads/";
constexpr size_t kUploadPieceBytes = size_t{1} << 20;
// Left for the database and for what runs.
constexpr uint64_t kUploadReserveBytes = uint64_t{64} << 20;

net::HttpResponse UploadRefused(unsigned status, Code code, std::string_view reason, const std::string& message) {
  return JsonAnswer(status, {{"code", static_cast<int>(code)}, {"message", message}, {"reason", reason}});
}

net::HttpResponse UploadRefused(const sandbox::Error& error) {
  const bool taken = error.reason == "PRECONDITION_FAILED";
  if (taken) return UploadRefused(409, Code::kAlreadyExists, "OBJECT_EXISTS", "a file of this name is there already");
  const unsigned status = error.code == Code::kInvalidArgument      ? 400
                          : error.code == Code::kNotFound           ? 404
                          : error.code == Code::kResourceExhausted  ? 507
                          : error.code == Code::kFailedPrecondition ? 409
                                                                    : 500;
  return UploadRefused(status, error.code, error.reason, error.message);
}

// PROJECT/DOMAIN/NAME of a path; empty parts when it is not that.
struct UploadPlace {
  std::string project, domain, name;
};

UploadPlace ParseUploadPlace(const std::string& path) {
  const size_t first = path.find('/');
  const size_t second = first == std::string::npos ? first : path.find('/', first + 1);
  if (second == std::string::npos) return {};
  return {path.substr(0, first), path.substr(first + 1, second - first - 1), path.substr(second + 1)};
}

// What can be said before any of the body has come.
std::optional<net::HttpResponse> CheckUploadLength(const UploadDeps& deps, std::optional<uint64_t> length) {
  if (length && *length > deps.bytes_max)
    return UploadRefused(413, Code::kOutOfRange, "TOO_LARGE",
                         Cat("the file has ", *length, " bytes; an upload has at most ", deps.bytes_max));
  const std::optional<uint64_t> free = deps.free_bytes();
  if (length && free && *length + kUploadReserveBytes > *free)
    return UploadRefused(507, Code::kResourceExhausted, "DISK_FULL",
                         Cat("the file has ", *length, " bytes and the disk of the object store ", *free,
                             " free, of which ", kUploadReserveBytes, " are kept; 'sandbox gc' makes room"));
  return {};
}

// One file on its way in. Every call but the constructor on a worker.
class IncomingFile {
 public:
  explicit IncomingFile(const UploadDeps& deps) : deps_(deps) {}

  std::optional<net::HttpResponse> Begin(const UploadPlace& place, std::optional<uint64_t> length) {
    if (place.project.empty() || place.domain.empty() || place.name.empty() || place.name.ends_with('/'))
      return UploadRefused(400, Code::kInvalidArgument, "BAD_NAME", "an upload goes to PROJECT/DOMAIN/NAME");
    auto key = deps_.key(place.project, place.domain, place.name);
    if (!key) return UploadRefused(key.error());
    if (auto refused = CheckUploadLength(deps_, length)) return refused;
    key_ = std::move(*key);
    auto writer = deps_.objects.Create(deps_.bucket, key_, {.durability = Durability::kSynced});
    if (!writer) return UploadRefused(writer.error());
    writer_ = std::move(*writer);
    return {};
  }

  std::optional<net::HttpResponse> Append(std::string_view piece) {
    size_ += piece.size();
    if (size_ > deps_.bytes_max)
      return UploadRefused(413, Code::kOutOfRange, "TOO_LARGE",
                           Cat("an upload has at most ", deps_.bytes_max, " bytes"));
    if (Status added = writer_->Append(piece); !added) return UploadRefused(added.error());
    return {};
  }

  net::HttpResponse Finish() {
    const std::string md5 = writer_->Digest();
    const auto stored = writer_->Commit(NoObject());
    if (!stored) return UploadRefused(stored.error());
    return JsonAnswer(200, {{"uri", Cat("s3://", deps_.bucket, "/", key_)}, {"md5", md5}, {"size", size_}});
  }

  // Removes what is half written.
  void Drop() { writer_.reset(); }

 private:
  const UploadDeps& deps_;
  std::string key_;
  std::unique_ptr<ObjectWriter> writer_;
  uint64_t size_ = 0;
};

// The whole body into the file; the answer says how that went. Nothing when the client is gone.
asio::awaitable<std::optional<net::HttpResponse>> ReceiveUpload(const UploadDeps& deps, net::HttpExchange& exchange,
                                                                const UploadPlace& place, IncomingFile& file) {
  const auto length = exchange.BodyLength();
  auto refused = co_await net::Offload(deps.workers, [&] { return file.Begin(place, length); });
  while (!refused) {
    const auto piece = co_await exchange.ReadBody(kUploadPieceBytes);
    if (!piece) co_return std::nullopt;
    if (piece->empty()) co_return co_await net::Offload(deps.workers, [&] { return file.Finish(); });
    refused = co_await net::Offload(deps.workers, [&] { return file.Append(*piece); });
  }
  exchange.CloseAfter();
  co_return refused;
}

asio::awaitable<void> HandleUpload(const UploadDeps& deps, net::HttpExchange& exchange) {
  if (exchange.Request().method != "PUT") {
    co_await exchange.Send(UploadRefused(405, Code::kUnimplemented, "BAD_METHOD", "only PUT"));
    co_return;
  }
  const UploadPlace place = ParseUploadPlace(ParseTarget(exchange.Request().target).path.substr(kUploadsPath.size()));
  IncomingFile file(deps);
  const auto answer = co_await ReceiveUpload(deps, exchange, place, file);
  co_await net::Offload(deps.workers, [&] { file.Drop(); });
  if (answer) co_await exchange.Send(*answer);
}

}  // namespace

net::HttpHandler MakeUploads(UploadDeps deps) {
  auto shared = std::make_shared<const UploadDeps>(std::move(deps));
  return [shared](net::HttpExchange& exchange) -> asio::awaitable<void> { return HandleUpload(*shared, exchange); };
}

}  // namespace sandbox::api
