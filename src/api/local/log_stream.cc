#include "api/local/log_stream.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <optional>

#include "feed/feed.h"
#include "net/coroutines.h"

namespace sandbox::api {

namespace asio = boost::asio;

namespace {

constexpr size_t kPieceBytes = 64 * 1024;
// How long a client that has left may stay unnoticed while its pod is silent.
constexpr std::chrono::seconds kLookForPeer{15};

// Reads what is in the file beyond `offset`, up to one piece.
std::string ReadPiece(const std::filesystem::path& file, uint64_t offset) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset));
  std::string piece(kPieceBytes, '\0');
  in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return piece;
}

// What the feed tells of one pod, on the session's executor.
class PodNews {
 public:
  PodNews(feed::Feed& feed, const asio::any_io_executor& executor, std::string pod_namespace, std::string pod)
      : state_(std::make_shared<State>(executor)) {
    const auto is_about = [pod_namespace = std::move(pod_namespace), pod = std::move(pod)](const Change& change) {
      if (const auto* log = std::get_if<LogChange>(&change))
        return log->pod == pod && log->pod_namespace == pod_namespace;
      const model::TaskRecord& row = *std::get<AttemptChange>(change).row;
      return row.generated_name == pod && row.id.node.execution.Namespace() == pod_namespace;
    };
    const auto wake = [executor, state = state_] { asio::post(executor, [state] { state->timer.cancel(); }); };
    subscription_ = feed.Subscribe(ChangeKinds::Of<LogChange, AttemptChange>(), is_about, {}, wake);
  }

  // Whether the pod has ended meanwhile; returns when there is news, or it is time to look whether anybody reads.
  asio::awaitable<bool> Wait() {
    auto batch = subscription_->Take();
    if (batch.changes.empty() && !batch.reset) {
      state_->timer.expires_after(kLookForPeer);
      boost::system::error_code ignored;
      co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      batch = subscription_->Take();
    }
    co_return std::ranges::any_of(batch.changes, [](const feed::Numbered& numbered) {
      const auto* attempt = std::get_if<AttemptChange>(&numbered.change);
      return attempt != nullptr && model::IsTerminal(attempt->row->phase);
    });
  }

 private:
  struct State {
    explicit State(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
  };
  const std::shared_ptr<State> state_;
  std::unique_ptr<feed::Subscription> subscription_;
};

}  // namespace

asio::awaitable<void> SendLog(const LocalApiDeps& deps, net::HttpExchange& exchange, Target target, std::string name) {
  const std::string wanted = target.Get("namespace");
  const auto find = [&deps](const std::string& where, const std::string& pod) {
    return net::Offload(deps.workers, [&deps, where, pod] {
      return deps.store.Query([&](MetadataReader& reader) { return reader.FindPod(where, pod); });
    });
  };
  const auto pod = co_await find(wanted, name);
  if (!pod) {
    co_await exchange.Send(NotFoundAnswer(
        Cat("no pod ", name, wanted.empty() ? "" : " in namespace " + wanted, "; `sandbox pods` lists them")));
    co_return;
  }
  const std::string where = pod->id.node.execution.Namespace();
  const std::filesystem::path file = deps.logs / where / (name + ".log");
  std::optional<PodNews> news;
  bool ended = !target.query.contains("follow");
  if (!ended) {
    news.emplace(deps.feed, co_await asio::this_coro::executor, where, name);
    // From here on the feed tells of the end; before, the row does.
    const auto now = co_await find(where, name);
    ended = !now || model::IsTerminal(now->phase);
  }
  net::HttpResponse head;
  head.headers.Set("Content-Type", "text/plain; charset=utf-8");
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return;

  for (uint64_t offset = 0;;) {
    const std::string piece = co_await net::Offload(deps.workers, [file, offset] { return ReadPiece(file, offset); });
    offset += piece.size();
    if (!piece.empty()) {
      if (!co_await exchange.Write(piece)) co_return;
    } else if (ended) {
      break;
    } else {
      // What was printed before the end is read after it.
      ended = co_await news->Wait();
      if (exchange.PeerIsGone()) co_return;
    }
  }
  co_await exchange.End();
}

}  // namespace sandbox::api
