#include "api/local/deck_watch.h"

#include <memory>

#include "api/local/object_users.h"
#include "api/local/target.h"
#include "net/coroutines.h"

namespace sandbox::api {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kDeckName = "/deck.html";

// The folder of the attempt that wrote it is in the node's, where its inputs are.
bool IsDeckOf(const model::NodeRecord& node, const std::string& uri) {
  if (node.deck_uri == uri) return true;
  const std::string folder = node.input_uri.substr(0, node.input_uri.rfind('/') + 1);
  if (folder.empty() || !uri.starts_with(folder)) return false;
  const std::string rest = uri.substr(folder.size());
  return rest.find('/') == rest.size() - kDeckName.size();
}

void Tell(const DeckWatchDeps& deps, const std::string& key) {
  const auto node = deps.store.Query([&](MetadataReader& reader) { return NodeOfDeck(reader, deps.layout, key); });
  if (node) deps.feed.Publish({NodeChange{std::make_shared<const model::NodeRecord>(*node)}});
}

asio::awaitable<void> ServeAndTell(const DeckWatchDeps& deps, const net::HttpHandler& objects,
                                   net::HttpExchange& exchange) {
  const std::string method = exchange.Request().method;
  const std::string path = method == "PUT" || method == "POST" ? ParseTarget(exchange.Request().target).path : "";
  co_await objects(exchange);
  const std::string nodes = Cat("/", deps.layout.bucket, "/", deps.layout.nodes, "/");
  if (!path.starts_with(nodes) || !path.ends_with(kDeckName)) co_return;
  const std::string key = path.substr(deps.layout.bucket.size() + 2);
  co_await net::Offload(deps.workers, [&] { Tell(deps, key); });
}

}  // namespace

std::optional<model::NodeRecord> NodeOfDeck(MetadataReader& reader, const ObjectLayout& layout,
                                            const std::string& key) {
  if (!key.starts_with(layout.nodes + "/")) return std::nullopt;
  const size_t begin = layout.nodes.size() + 1;
  const auto run = FindByFolder(reader, key.substr(begin, key.find('/', begin) - begin));
  if (!run) return std::nullopt;
  const std::string uri = layout.Uri(key);
  for (model::NodeRecord& node : reader.NodesOf(*run)) {
    if (node.item < 0 && IsDeckOf(node, uri)) return std::move(node);
  }
  return std::nullopt;
}

net::HttpHandler WatchDecks(DeckWatchDeps deps, net::HttpHandler objects) {
  auto shared = std::make_shared<const DeckWatchDeps>(std::move(deps));
  return [shared, objects = std::move(objects)](net::HttpExchange& exchange) -> asio::awaitable<void> {
    return ServeAndTell(*shared, objects, exchange);
  };
}

}  // namespace sandbox::api
