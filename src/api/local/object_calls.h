#pragma once

// The objects of the store for a page: lists, contents, decks, and values that are too large for the public API
// (docs/reference/local-api.yaml). Only what lies in the buckets can be read.

#include <boost/asio/any_io_executor.hpp>

#include "net/http.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::api {

class RunPlans;

struct ObjectCallDeps {
  ObjectStore& objects;
  MetadataStore& store;
  RunPlans& plans;
  ObjectLayout layout;
  boost::asio::any_io_executor workers;  // for what blocks
};

// Of /sandbox/v1/objects and what is below it.
net::HttpHandler MakeObjectCalls(ObjectCallDeps deps);
// Of /sandbox/v1/decks/: GET /sandbox/v1/decks/PROJECT/DOMAIN/NAME/NODE[?attempt=N].
net::HttpHandler MakeDecks(ObjectCallDeps deps);
// Of /sandbox/v1/values: GET /sandbox/v1/values?uri=&path=&from=&limit=.
net::HttpHandler MakeValues(ObjectCallDeps deps);

// What HTML of a task is served with: it may run scripts and load from the network, of an origin of its own that can
// neither call this server nor reach the page around it.
inline constexpr char kDeckPolicy[] =
    "sandbox allow-scripts allow-popups allow-downloads; default-src https: data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "connect-src https: data: blob:; form-action 'none'; frame-ancestors 'self'";
// What all else is served with: nothing of it runs when somebody opens it by its address.
inline constexpr char kContentPolicy[] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

}  // namespace sandbox::api
