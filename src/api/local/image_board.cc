#include "api/local/image_board.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/local/target.h"
#include "builds/record.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr auto kToldEvery = std::chrono::milliseconds(250);

json PullLine(const PullState& state, const std::optional<Status>& ended) {
  json out = {{"state", !ended   ? "pulling"
                        : *ended ? "present"
                                 : "failed"},
              {"bytes", state.bytes},
              {"total", state.total == 0 ? json() : json(state.total)}};
  if (ended && !*ended) out["error"] = ended->error().message;
  return out;
}

}  // namespace

ImageSources ImageBoard::Look() {
  ImageSources out;
  auto host = images_.List();
  out.known = host.has_value();
  if (host) out.host = std::move(*host);
  for (const builds::BuildRecord& build : builds::ListBuilds(builds_)) {
    if (build.state != builds::BuildState::kRunning) continue;
    const int step = build.steps.empty() ? 0 : build.steps.back().number;
    for (const std::string& tag : build.tags)
      out.builds.try_emplace(FamiliarImageName(tag),
                             BuildingImage{build.id, step, build.steps_total, build.started_at});
  }
  std::lock_guard lock(shared_->mutex);
  for (const auto& [name, pull] : shared_->pulls) {
    std::lock_guard state(pull->mutex);
    out.pulls[name] = pull->state;
  }
  return out;
}

std::shared_ptr<ImageBoard::Pull> ImageBoard::Join(const std::string& reference) {
  const std::string name = FamiliarImageName(reference);
  std::shared_ptr<Pull> pull;
  {
    std::lock_guard lock(shared_->mutex);
    auto& known = shared_->pulls[name];
    if (known) return known;
    pull = known = std::make_shared<Pull>();
  }
  images_.Pull(
      reference,
      [pull](int64_t bytes, int64_t total) {
        std::lock_guard lock(pull->mutex);
        pull->state = {bytes, total};
      },
      [pull, name, shared = shared_](Status status) {
        {
          std::lock_guard lock(shared->mutex);
          shared->pulls.erase(name);
        }
        std::lock_guard lock(pull->mutex);
        pull->ended = std::move(status);
      });
  return pull;
}

asio::awaitable<void> ServePull(ImageBoard& board, net::HttpExchange& exchange, const std::string& body) {
  const json given = json::parse(body, nullptr, false);
  const bool right = given.is_object() && given.contains("reference") && given["reference"].is_string() &&
                     !given["reference"].get<std::string>().empty();
  if (!right) {
    (void)co_await exchange.Send(
        ErrorAnswer(InvalidField("reference", "reference has to be the name of an image").error()));
    co_return;
  }
  const auto pull = board.Join(given["reference"]);
  net::HttpResponse head;
  head.headers.Set("Content-Type", "application/x-ndjson");
  head.headers.Set("Cache-Control", "no-store");
  if (!co_await exchange.Begin(std::move(head), std::nullopt)) co_return;
  asio::steady_timer pause(co_await asio::this_coro::executor);
  std::string told;
  for (bool ended = false; !ended;) {
    json line;
    {
      std::lock_guard lock(pull->mutex);
      ended = pull->ended.has_value();
      line = PullLine(pull->state, pull->ended);
    }
    if (std::string text = JsonText(line) + "\n"; text != told) {
      if (!co_await exchange.Write(text)) co_return;
      told = std::move(text);
    }
    if (ended) break;
    pause.expires_after(kToldEvery);
    boost::system::error_code ignored;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (exchange.PeerIsGone()) co_return;
  }
  (void)co_await exchange.End();
}

}  // namespace sandbox::api
