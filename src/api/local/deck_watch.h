#pragma once

// Tells the readers of a run when a deck of one of its nodes is written: the node's row is told again.

#include <boost/asio/any_io_executor.hpp>

#include "feed/feed.h"
#include "net/http.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"

namespace sandbox::api {

struct DeckWatchDeps {
  MetadataStore& store;
  feed::Feed& feed;
  ObjectLayout layout;
  boost::asio::any_io_executor workers;
};

// The object store's handler, looked at from outside: every PUT or POST of a deck counts, what comes of it or not.
net::HttpHandler WatchDecks(DeckWatchDeps deps, net::HttpHandler objects);

// The node whose deck is at this key of the platform's bucket; of an execution's nodes, not of an array's items.
std::optional<model::NodeRecord> NodeOfDeck(MetadataReader& reader, const ObjectLayout& layout, const std::string& key);

}  // namespace sandbox::api
