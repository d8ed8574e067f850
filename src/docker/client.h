#pragma once

// The Docker Engine API as coroutines.
//
// Thread: one single-threaded executor. The client outlives no call: a call that is pending when it is destroyed ends
// with ENGINE_CLOSED. Errors, beside those of HttpClient, carry the engine's status and text: NO_SUCH_IMAGE,
// NO_SUCH_CONTAINER, NO_SUCH_FILE, NAME_CONFLICT, CONFLICT, BAD_REQUEST, ENGINE_ERROR (5xx), PULL_FAILED.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "docker/http_client.h"
#include "docker/log_stream.h"
#include "docker/types.h"
#include "sandbox/base/error.h"

namespace sandbox::docker {

template <typename T>
using Task = boost::asio::awaitable<Result<T>>;

// A wait that the engine has acknowledged: an exit after this is not missed.
class ExitWatch {
 public:
  explicit ExitWatch(std::unique_ptr<HttpStream> stream) : stream_(std::move(stream)) {}
  // The exit code, when it comes. Error when the engine goes away.
  Task<int> Exit();
  void Cancel() { stream_->Cancel(); }

 private:
  std::unique_ptr<HttpStream> stream_;
};

enum class WaitFor { kNextExit, kNotRunning };

class Client {
 public:
  Client(boost::asio::any_io_executor executor, EngineAddress address)
      : http_(std::move(executor), std::move(address)) {}
  void Close() { http_.Close(); }

  Task<void> Ping();
  Task<bool> IsPodman();  // as quick as Ping: /version takes a Docker Engine twenty milliseconds
  Task<EngineInfo> Version();
  Task<EngineResources> Info();
  // A Docker Engine makes it anew each time it starts. Fails where there is none.
  Task<EngineNetwork> DefaultNetwork();

  Task<std::vector<ImageSummary>> ListImages();  // without those in between layers; the newest first
  Task<ImageInfo> InspectImage(std::string image);
  // Until the pull is complete. `progress` runs for every line.
  Task<void> PullImage(std::string image, std::function<void(const PullProgress&)> progress);

  // Builds an image of a tar archive. Each Read gives whole lines of JSON or parts of them: what the builder says. An
  // image that could not be built is a line, not an error. Destroyed before its end: the engine gives the build up.
  Task<std::unique_ptr<HttpStream>> BuildImage(BuildRequest request, std::shared_ptr<ByteSource> context);
  // A connection over which BuildKit calls this process, as a client of gRPC: `id` is the session of a BuildRequest,
  // `methods` are the paths that are served, "/package.Service/Method". It ends with the stream. NO_SESSIONS: the
  // engine has no BuildKit.
  Task<std::unique_ptr<HttpStream>> OpenSession(std::string id, std::vector<std::string> methods);
  // Images of a tar archive, as `docker save` makes them; answered as a build is.
  Task<std::unique_ptr<HttpStream>> LoadImages(std::shared_ptr<ByteSource> archive);
  // Takes a name away, and the image with its last one. CONFLICT while a container has it.
  Task<void> RemoveImage(std::string image);
  Task<std::vector<ContainerSummary>> ListRunning();  // containers of anybody

  // Its id. Volumes that have a name are made before it.
  Task<std::string> Create(ContainerConfig config);
  Task<void> Start(std::string container);  // also when it runs already
  Task<ContainerInfo> Inspect(std::string container);
  Task<std::unique_ptr<ExitWatch>> Watch(std::string container, WaitFor what);
  Task<void> Stop(std::string container,
                  std::chrono::seconds grace);  // over when it has stopped; also when it was not running
  Task<void> Kill(std::string container, std::string signal);
  Task<void> Remove(std::string container);  // forced, with its anonymous volumes; succeeds when it is gone, and waits
                                             // for a removal that is under way
  // Like Remove, in an order that the engine takes: Podman keeps a container while others are in its network. Fails
  // with the first failure of those that stay.
  Task<void> RemoveAll(std::vector<std::string> containers);
  Task<std::vector<ContainerSummary>> List(std::string label);  // "key=value"; stopped ones too
  // Output from now on; opened before the start it is all output.
  Task<std::unique_ptr<LogStream>> Attach(std::string container, bool tty);
  // Output from the beginning, followed until the container stops when `follow`.
  Task<std::unique_ptr<LogStream>> Logs(std::string container, bool follow, bool tty);
  Task<ContainerStats> Stats(std::string container);
  // What it uses, about once a second for as long as it runs. Each Read gives whole lines or parts of them.
  Task<std::unique_ptr<HttpStream>> FollowStats(std::string container);
  Task<std::vector<VolumeSummary>> ListVolumes(std::string label);  // "key=value"
  Task<void> RemoveVolume(std::string name);  // also when it is gone; CONFLICT while a container has it
  // Makes directories, or opens those that are there, for everyone.
  Task<void> OpenDirectories(std::string container, std::vector<std::string> paths);
  // Unpacks a tar archive below `path`, in a container that need not run.
  Task<void> PutArchive(std::string container, std::string path, std::shared_ptr<ByteSource> archive);
  // A tar archive of `path`, piece by piece; ends with what `take` fails with. RESOURCE_EXHAUSTED, reason TOO_LARGE,
  // above `bytes_max`.
  using Take = std::function<boost::asio::awaitable<Status>(std::string piece)>;
  Task<void> GetArchive(std::string container, std::string path, Take take, int64_t bytes_max);
  // Makes files, by absolute path, in a container that need not run; directories on the way are made.
  Task<void> PutFiles(std::string container, std::vector<std::pair<std::string, std::string>> files);
  Task<std::string> ReadFile(std::string container, std::string path, size_t bytes_max);

 private:
  Task<std::string> Call(HttpCall call);
  // A reply that is read as it comes.
  Task<std::unique_ptr<HttpStream>> Streamed(HttpCall call);

  HttpClient http_;
};

}  // namespace sandbox::docker
