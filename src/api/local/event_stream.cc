#include "api/local/event_stream.h"

#include <charconv>
#include <chrono>

namespace sandbox::api {

using nlohmann::json;

namespace {

uint64_t SeqOf(const std::string& id) {
  uint64_t out = 0;
  const size_t dash = id.rfind('-');
  if (dash != std::string::npos) std::from_chars(id.data() + dash + 1, id.data() + id.size(), out);
  return out;
}

}  // namespace

std::string EventText(const std::string& id, const std::string& name, const json& data) {
  return Cat(id.empty() ? "" : Cat("id: ", id, "\n"), "event: ", name, "\ndata: ", JsonText(data), "\n\n");
}

std::string Later(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return one.empty() ? other : one;
  return SeqOf(one) < SeqOf(other) ? other : one;
}

void EventHub::Event::Fill(MetadataReader& reader, EventRows& rows) {
  if (read_again) {
    auto found = reader.FindNode(std::get<NodeChange>(change).row->id);
    if (!found) return;
    change = NodeChange{std::make_shared<const model::NodeRecord>(std::move(*found))};
  }
  if (auto* execution = std::get_if<ExecutionChange>(&change); execution != nullptr && !execution->row) {
    auto found = reader.FindExecution(execution->id);
    if (found) execution->row = std::make_shared<const model::ExecutionRecord>(std::move(*found));
  }
  const json object = rows.Row(name, change);
  if (name == "item") array = object.value("array", "");
  if (!object.is_null()) row = JsonText(object);
}

std::string EventHub::Event::Text(const std::string& id, const std::string& topic, int64_t rev_base) const {
  json frame = {{"topic", topic},
                {"rev", rev_base + static_cast<int64_t>(number)},
                {"at", FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(at))},
                {"tx", commit}};
  // The row's text is an object: its fields go behind those of the frame.
  std::string data = JsonText(frame);
  data.pop_back();
  if (row.size() > 2) data += Cat(",", row.substr(1, row.size() - 2));
  return Cat(id.empty() ? "" : Cat("id: ", id, "\n"), "event: ", name, "\ndata: ", data, "}\n\n");
}

void EventHub::Stream::Add(Waiting added, size_t events_max, size_t bytes_max) {
  const bool was_empty = !HasNews();
  const auto [place, is_new] = places.emplace(added.event->key, waiting.size());
  if (!is_new) {
    Waiting& old = waiting[place->second];
    auto merged = std::make_shared<Event>(*added.event);
    merged->seq = old.event->seq;
    bytes += merged->Bytes() - old.event->Bytes();
    old.event = std::move(merged);
    old.topics = std::move(added.topics);
  } else {
    bytes += added.event->Bytes();
    waiting.push_back(std::move(added));
  }
  if (waiting.size() > events_max || bytes > bytes_max) Reset("overflow");
  if (was_empty) wake.cancel();
}

void EventHub::Stream::Reset(const char* why) {
  waiting.clear();
  places.clear();
  bytes = 0;
  reset = why;
  wake.cancel();
}

std::vector<EventHub::Stream::Waiting> EventHub::Stream::TakeAll() {
  places.clear();
  bytes = 0;
  return std::exchange(waiting, {});
}

void EventHub::Stream::LeaveIfGone() {
  if (exchange == nullptr || !exchange->PeerIsGone()) return;
  left = true;
  wake.cancel();
}

void EventHub::Stream::Leave() {
  exchange = nullptr;
  left = true;
}

}  // namespace sandbox::api
