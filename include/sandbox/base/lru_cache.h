#pragma once

// Values by key, the least recently used of them dropped when their weights are more than a limit. Any thread.

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace sandbox {

template <typename Key, typename Value>
class LruCache {
 public:
  explicit LruCache(uint64_t weight_max) : weight_max_(weight_max) {}

  // Null when there is none.
  std::shared_ptr<const Value> Find(const Key& key) {
    std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // One that is heavier than the limit is not kept; one that is there already stays.
  void Add(const Key& key, std::shared_ptr<const Value> value, uint64_t weight) {
    std::lock_guard lock(mutex_);
    if (weight > weight_max_ || places_.contains(key)) return;
    entries_.push_front({key, std::move(value), weight});
    places_.emplace(key, entries_.begin());
    weight_ += weight;
    while (weight_ > weight_max_) {
      weight_ -= entries_.back().weight;
      places_.erase(entries_.back().key);
      entries_.pop_back();
    }
  }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const Value> value;
    uint64_t weight;
  };

  const uint64_t weight_max_;
  std::mutex mutex_;
  uint64_t weight_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::map<Key, typename std::list<Entry>::iterator> places_;
};

}  // namespace sandbox
