#pragma once

// The calls, by resource and verb. Each answers its exchange once. They run on the session's loop.

#include <boost/asio/awaitable.hpp>

#include "api/kube/answer.h"
#include "api/kube/room.h"

namespace sandbox::kube {

// What one request needs on its way.
struct Call {
  std::shared_ptr<Room> room;
  net::HttpExchange& exchange;
  KubeRequest request;
  const Resource* resource = nullptr;  // null: the path names none that is served
};

boost::asio::awaitable<void> SendAnswer(Call& call, Answer answer);

boost::asio::awaitable<void> ServeRead(Call& call);
boost::asio::awaitable<void> ServeWatch(Call& call, Selection selection);
boost::asio::awaitable<void> ServeLog(Call& call);
boost::asio::awaitable<void> ServeDeletePod(Call& call);
// POST, PATCH and DELETE of secrets.
boost::asio::awaitable<void> ServeSecret(Call& call);

}  // namespace sandbox::kube
