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
  if (const auto* execution = std::get_if<ExecutionChange>(&change); execution != nullptr && read_again) {
    // The end of an execution is a change of its own: no progress is told in its place.
    const auto found = reader.FindExecution(execution->id);
    if (!found || IsTerminal(found->phase)) return;
  } else if (read_again) {
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

// Queues what a reader missed, or tells it to begin anew.
void EventHub::Resume(Stream& stream, const std::string& since, bool& resumed) {
  resumed = false;
  if (since.empty()) return;
  const size_t dash = since.rfind('-');
  uint64_t seq = 0;
  const bool number = dash != std::string::npos &&
                      std::from_chars(since.data() + dash + 1, since.data() + since.size(), seq).ec == std::errc();
  if (!number || since.substr(0, dash) != epoch_ || seq > seq_) return stream.Reset("restarted");
  const uint64_t first = ring_.empty() ? seq_ + 1 : ring_.front()->seq;
  if (seq + 1 < first) return stream.Reset("too_old");
  resumed = true;
  for (const EventPtr& event : ring_) {
    if (event->seq > seq) Queue(stream, event);
  }
}

std::string EventHub::Hello(const Stream& stream, bool resumed,
                            const std::vector<std::pair<std::string, std::string>>& refused) const {
  json topics = json::array(), not_there = json::array();
  for (const Topic& topic : stream.topics) topics.push_back(topic.text);
  for (const auto& [topic, why] : refused) not_there.push_back({{"topic", topic}, {"why", why}});
  return EventText(Id(seq_), "hello",
                   {{"epoch", epoch_},
                    {"seq", seq_.load()},
                    {"build", options_.build},
                    {"version", options_.version},
                    {"server_time", FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(clock_.Now()))},
                    {"resumed", resumed},
                    {"topics", topics},
                    {"refused", not_there}});
}

// Everything that waits for a reader, as one text.
std::string EventHub::Compose(Stream& stream) const {
  std::string out;
  if (!stream.reset.empty()) {
    out += EventText(Id(seq_), "reset", {{"why", stream.reset}});
    stream.reset.clear();
  }
  for (const Stream::Waiting& waiting : stream.TakeAll()) {
    for (size_t i = 0; i < waiting.topics.size(); ++i) {
      // One event of two topics is told twice; its number is passed when both were read.
      const bool last = i + 1 == waiting.topics.size();
      out += waiting.event->Text(last ? Id(waiting.event->seq) : "", stream.topics[waiting.topics[i]].text, rev_base_);
    }
  }
  return out;
}

}  // namespace sandbox::api
