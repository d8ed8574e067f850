#include "docker/client.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "docker/codec.h"
#include "docker/replies.h"
#include "docker/tar.h"
#include "sandbox/base/encoding.h"

namespace sandbox::docker {
namespace {

constexpr size_t kReplyBytesMax = 16 << 20;
constexpr size_t kArchiveBytesMax = 1 << 20;
constexpr std::chrono::milliseconds kShort{30'000};
constexpr std::chrono::milliseconds kLook{100};
constexpr uint64_t kArchiveBytesPerMilli = 1000;  // slower than that, an engine is taken for hung

std::string ContainerPath(std::string_view container, std::string_view tail) {
  return Cat("/containers/", PercentEncode(container), tail);
}

}  // namespace

Task<std::string> Client::Call(HttpCall call) {
  auto reply = co_await http_.Fetch(std::move(call), kReplyBytesMax);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  if (reply->status >= 400) co_return Refused(reply->status, reply->body);
  co_return std::move(reply->body);
}

Task<int> ExitWatch::Exit() {
  std::string body;
  while (true) {
    auto piece = co_await stream_->Read();
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    if (piece->empty()) co_return DecodeExit(body);
    body += *piece;
    if (body.size() > kReplyBytesMax) co_return Fail(Code::kResourceExhausted, "REPLY_TOO_LARGE", "container wait");
  }
}

Task<void> Client::Ping() { co_return Ignored(co_await Call({"GET", "/_ping", "", std::chrono::milliseconds(5'000)})); }

Task<bool> Client::IsPodman() {
  const auto reply = co_await http_.Fetch({"GET", "/_ping", "", std::chrono::milliseconds(5'000)}, kReplyBytesMax);
  if (!reply) co_return std::unexpected(reply.error());
  co_return reply->server.starts_with("Libpod/");
}

Task<EngineInfo> Client::Version() {
  auto reply = co_await Call({"GET", "/version"});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeVersion(*reply);
}

Task<EngineNetwork> Client::DefaultNetwork() {
  auto reply = co_await Call({"GET", "/networks/bridge"});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeNetwork(*reply);
}

Task<EngineResources> Client::Info() {
  auto reply = co_await Call({"GET", "/info"});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeInfo(*reply);
}

Task<std::unique_ptr<HttpStream>> Client::Streamed(HttpCall call) {
  auto stream = co_await http_.Open(std::move(call));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if ((*stream)->Status() < 400) co_return std::move(*stream);
  auto text = co_await (*stream)->Read();
  co_return Refused((*stream)->Status(), text.value_or(""));
}

Task<std::vector<ContainerSummary>> Client::ListRunning() {
  auto reply = co_await Call({"GET", "/containers/json"});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeContainers(*reply);
}

Task<std::string> Client::Create(ContainerConfig config) {
  // Podman makes those that a container mounts without their labels; one that is there already stays as it is.
  for (const VolumeUse& volume : config.volumes) {
    if (volume.name.empty()) continue;
    if (auto made = co_await Call({"POST", "/volumes/create", EncodeVolume(volume), kSlow}); !made)
      co_return std::unexpected(std::move(made.error()));
  }
  auto reply =
      co_await Call({"POST", "/containers/create?name=" + PercentEncode(config.name), EncodeContainer(config), kSlow});
  if (reply) co_return DecodeCreated(*reply);
  co_return Renamed(Renamed(std::move(reply), "NO_SUCH_CONTAINER", "NO_SUCH_IMAGE"), "CONFLICT", "NAME_CONFLICT");
}

Task<void> Client::Start(std::string container) {
  co_return Ignored(co_await Call({"POST", ContainerPath(container, "/start"), "", kSlow}));
}

Task<ContainerInfo> Client::Inspect(std::string container) {
  auto reply = co_await Call({"GET", ContainerPath(container, "/json")});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeContainer(*reply);
}

Task<std::unique_ptr<ExitWatch>> Client::Watch(std::string container, WaitFor what) {
  const char* condition = what == WaitFor::kNextExit ? "/wait?condition=next-exit" : "/wait?condition=not-running";
  auto stream = co_await http_.Open({"POST", ContainerPath(container, condition), "", kShort});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (const unsigned status = (*stream)->Status(); status >= 400) {
    auto text = co_await (*stream)->Read();
    co_return Refused(status, text.value_or(""));
  }
  co_return std::make_unique<ExitWatch>(std::move(*stream));
}

Task<void> Client::Stop(std::string container, std::chrono::seconds grace) {
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(grace) + kSlow;
  co_return Ignored(co_await Call({"POST", ContainerPath(container, Cat("/stop?t=", grace.count())), "", deadline}));
}

Task<void> Client::Kill(std::string container, std::string signal) {
  co_return Ignored(
      co_await Call({"POST", ContainerPath(container, "/kill?signal=" + PercentEncode(signal)), "", kShort}));
}

Task<void> Client::Remove(std::string container) {
  auto removed = co_await Call({"DELETE", ContainerPath(container, "?force=1&v=1"), "", kSlow});
  const bool under_way =
      !removed && removed.error().reason == "CONFLICT" && removed.error().message.ends_with("already in progress");
  if (!under_way) co_return Ignored(std::move(removed), "NO_SUCH_CONTAINER");
  const auto deadline = std::chrono::steady_clock::now() + kSlow;
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  while (std::chrono::steady_clock::now() < deadline) {
    pause.expires_after(kLook);
    co_await pause.async_wait(boost::asio::use_awaitable);
    auto there = co_await Inspect(container);
    if (!there) co_return Ignored(std::move(there), "NO_SUCH_CONTAINER");
  }
  co_return std::unexpected(std::move(removed.error()));
}

Task<void> Client::RemoveAll(std::vector<std::string> containers) {
  Result<void> failure;
  for (size_t before = containers.size() + 1; !containers.empty() && containers.size() < before;) {
    before = containers.size();
    failure = {};
    std::vector<std::string> left;
    for (std::string& each : containers) {
      Result<void> removed = co_await Remove(each);
      if (removed) continue;
      if (failure) failure = std::move(removed);
      left.push_back(std::move(each));
    }
    containers = std::move(left);
  }
  co_return failure;
}

Task<std::vector<ContainerSummary>> Client::List(std::string label) {
  auto reply = co_await Call({"GET", "/containers/json?all=1&filters=" + PercentEncode(EncodeLabelFilter(label))});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeContainers(*reply);
}

Task<std::unique_ptr<LogStream>> Client::Attach(std::string container, bool tty) {
  HttpCall call{"POST", ContainerPath(container, "/attach?stream=1&stdout=1&stderr=1"), "", kShort};
  call.upgrade = "tcp";
  auto stream = co_await http_.Open(std::move(call));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (const unsigned status = (*stream)->Status(); status >= 400) {
    auto text = co_await (*stream)->Read();
    co_return Refused(status, text.value_or(""));
  }
  co_return std::make_unique<LogStream>(std::move(*stream), tty);
}

Task<std::unique_ptr<LogStream>> Client::Logs(std::string container, bool follow, bool tty) {
  auto stream = co_await http_.Open(
      {"GET", ContainerPath(container, Cat("/logs?stdout=1&stderr=1&follow=", follow ? 1 : 0)), "", kShort});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (const unsigned status = (*stream)->Status(); status >= 400) {
    auto text = co_await (*stream)->Read();
    co_return Refused(status, text.value_or(""));
  }
  co_return std::make_unique<LogStream>(std::move(*stream), tty);
}

Task<ContainerStats> Client::Stats(std::string container) {
  auto reply = co_await Call({"GET", ContainerPath(container, "/stats?stream=false&one-shot=true")});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeStats(*reply);
}

Task<std::unique_ptr<HttpStream>> Client::FollowStats(std::string container) {
  auto stream = co_await http_.Open({"GET", ContainerPath(container, "/stats?stream=true"), "", kShort});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (const unsigned status = (*stream)->Status(); status >= 400) {
    auto text = co_await (*stream)->Read();
    co_return Refused(status, text.value_or(""));
  }
  co_return std::move(*stream);
}

Task<std::vector<VolumeSummary>> Client::ListVolumes(std::string label) {
  auto reply = co_await Call({"GET", "/volumes?filters=" + PercentEncode(EncodeLabelFilter(label))});
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return DecodeVolumes(*reply);
}

Task<void> Client::RemoveVolume(std::string name) {
  co_return Ignored(co_await Call({"DELETE", "/volumes/" + PercentEncode(name), "", kSlow}), "NO_SUCH_CONTAINER");
}

Task<void> Client::OpenDirectories(std::string container, std::vector<std::string> paths) {
  HttpCall call{"PUT", ContainerPath(container, "/archive?path=/"), TarOfDirectories(paths), kSlow};
  call.content_type = kTarType;
  co_return Ignored(co_await Call(std::move(call)));
}

Task<void> Client::PutArchive(std::string container, std::string path, std::shared_ptr<ByteSource> archive) {
  HttpCall call{"PUT", ContainerPath(container, "/archive?path=" + PercentEncode(path)), ""};
  call.deadline = kSlow + std::chrono::milliseconds(archive->Size() / kArchiveBytesPerMilli);
  call.source = std::move(archive);
  co_return Ignored(co_await Call(std::move(call)));
}

Task<void> Client::GetArchive(std::string container, std::string path, Take take, int64_t bytes_max) {
  auto stream =
      co_await http_.Open({"GET", ContainerPath(container, "/archive?path=" + PercentEncode(path)), "", kSlow});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (const unsigned status = (*stream)->Status(); status >= 400) {
    auto text = co_await (*stream)->Read();
    co_return Renamed(Result<void>(Refused(status, text.value_or(""))), "NO_SUCH_CONTAINER", "NO_SUCH_FILE");
  }
  int64_t size = 0;
  while (true) {
    auto piece = co_await (*stream)->Read();
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    if (piece->empty()) co_return Result<void>();
    size += static_cast<int64_t>(piece->size());
    if (size > bytes_max)
      co_return Fail(Code::kResourceExhausted, "TOO_LARGE",
                     Cat("the files below ", path, " are larger than ", bytes_max, " bytes"));
    if (Status taken = co_await take(std::move(*piece)); !taken) co_return taken;
  }
}

Task<void> Client::PutFiles(std::string container, std::vector<std::pair<std::string, std::string>> files) {
  for (auto& [path, content] : files) path.erase(0, path.find_first_not_of('/'));
  co_return Ignored(co_await Call({"PUT", ContainerPath(container, "/archive?path=/"), TarOf(files), kSlow}));
}

Task<std::string> Client::ReadFile(std::string container, std::string path, size_t bytes_max) {
  auto reply =
      co_await http_.Fetch({"GET", ContainerPath(container, "/archive?path=" + PercentEncode(path))}, kArchiveBytesMax);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  if (reply->status >= 400)
    co_return Renamed(Result<std::string>(Refused(reply->status, reply->body)), "NO_SUCH_CONTAINER", "NO_SUCH_FILE");
  co_return FirstFileOfTar(reply->body, bytes_max);
}

}  // namespace sandbox::docker
