#pragma once

// A reader of server-sent events.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/net/raw_client.h"

namespace sandbox::testing {

class EventReader {
 public:
  struct Event {
    std::string id, name;
    nlohmann::json data;
    bool comment = false;
  };

  // `since`: an id; empty: from now on. The first answer's head is read.
  EventReader(uint16_t port, const std::string& topics, const std::string& since = "", bool as_header = false)
      : client_(port) {
    client_.Send("GET /sandbox/v1/events?topics=" + topics + (since.empty() || as_header ? "" : "&since=" + since) +
                 " HTTP/1.1\r\nHost: localhost\r\n" + (as_header ? "Last-Event-ID: " + since + "\r\n" : "") + "\r\n");
    head = client_.ReadThrough("\r\n\r\n");
  }

  // The next event or comment; its name is empty when the stream has ended or nothing came for five seconds.
  Event Next() {
    while (text_.find("\n\n") == std::string::npos) {
      const std::string size = client_.ReadThrough("\r\n");
      const size_t bytes = size.empty() ? 0 : std::stoul(size, nullptr, 16);
      if (bytes == 0) {
        client_.ReadThrough("\r\n");
        return {};
      }
      text_ += client_.Read(bytes);
      client_.ReadThrough("\r\n");
    }
    const size_t end = text_.find("\n\n");
    const std::string block = text_.substr(0, end);
    text_.erase(0, end + 2);
    return Parse(block);
  }
  // Skips what has another name.
  Event Next(const std::string& name) {
    while (true) {
      Event event = Next();
      if (event.name == name || (event.name.empty() && !event.comment)) return event;
    }
  }
  // Everything up to and with the first event for which `last` holds.
  template <typename Last>
  std::vector<Event> Until(Last last) {
    std::vector<Event> out;
    while (true) {
      out.push_back(Next());
      if ((out.back().name.empty() && !out.back().comment) || last(out.back())) return out;
    }
  }
  bool AtEnd() { return client_.AtEnd(); }

  std::string head;

 private:
  static Event Parse(const std::string& block) {
    Event out;
    if (block.starts_with(":")) {
      out.comment = true;
      return out;
    }
    for (size_t at = 0; at < block.size();) {
      const size_t end = std::min(block.find('\n', at), block.size());
      const std::string line = block.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("id: ")) out.id = line.substr(4);
      if (line.starts_with("event: ")) out.name = line.substr(7);
      if (line.starts_with("data: ")) out.data = nlohmann::json::parse(line.substr(6));
    }
    return out;
  }

  RawClient client_;
  std::string text_;
};

}  // namespace sandbox::testing
