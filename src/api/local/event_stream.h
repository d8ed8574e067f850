#pragma once

// One reader of events: its topics, and what waits to be written to it.

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/local/event_hub.h"
#include "api/local/event_rows.h"
#include "api/local/target.h"

namespace sandbox::api {

// In the wire's form. Without an id when that is empty.
std::string EventText(const std::string& id, const std::string& name, const nlohmann::json& data);
// The later of two ids of events, of which either may be empty.
std::string Later(const std::string& one, const std::string& other);

struct EventHub::Event {
  uint64_t seq = 0;     // its place; of a row that was replaced while it waited, that of the first
  uint64_t number = 0;  // its own
  uint64_t commit = 0;
  Instant at{};
  std::string name, key;
  Change change;
  std::string array;        // of an item: its array node
  std::string seen_id;      // of a SeenRow; then there is no change
  std::string row;          // a JSON object; empty: nothing to say
  bool read_again = false;  // it tells of progress: `change` has only an id, and what the store has is told

  // Reads what the row needs and writes it. On a worker.
  void Fill(MetadataReader& reader, EventRows& rows);
  size_t Bytes() const { return sizeof(Event) + row.size() + key.size() + 128; }
  std::string Text(const std::string& id, const std::string& topic, int64_t rev_base) const;
};

struct EventHub::Stream {
  struct Waiting {
    EventPtr event;
    std::vector<size_t> topics;
  };

  Stream(const boost::asio::any_io_executor& executor, net::HttpExchange& the_exchange)
      : exchange(&the_exchange), wake(executor) {}

  bool HasNews() const { return !waiting.empty() || !reset.empty(); }
  // A newer event of a row that waits takes its place, and keeps the older number: nothing in between is skipped.
  void Add(Waiting added, size_t events_max, size_t bytes_max);
  void Reset(const char* why);
  std::vector<Waiting> TakeAll();
  void LeaveIfGone();
  void Leave();

  net::HttpExchange* exchange;  // null once it has left
  boost::asio::steady_timer wake;
  std::vector<Topic> topics;
  std::string hello;
  std::string reset;  // why; empty: none waits
  bool left = false;
  std::vector<Waiting> waiting;
  std::unordered_map<std::string, size_t> places;  // by the key of the event, in `waiting`
  size_t bytes = 0;
};

}  // namespace sandbox::api
