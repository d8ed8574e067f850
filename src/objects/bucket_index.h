#pragma once

// The keys of one bucket in byte order, for listings. The files are the truth: the index is read from them when the
// first listing asks for it, and follows every change from then on. Any thread.

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "sandbox/ports/object_store.h"

namespace sandbox::objects {

class BucketIndex {
 public:
  // Calls its argument for every object of the bucket; objects that come or go meanwhile may be seen or not.
  using Scan = std::function<Status(const std::function<void(const ObjectInfo&)>&)>;

  // Changes of one key are ordered by the caller, and come after the change on disk.
  void Put(const ObjectInfo& info);
  void Erase(std::string_view key);

  Result<ObjectListing> List(const Scan& scan, std::string_view prefix, std::string_view delimiter,
                             std::string_view after, size_t max);

 private:
  struct Entry {
    uint64_t size;
    std::string etag;
    Instant modified_at;
  };
  enum class State { kUnread, kReading, kReady };

  Status Load(const Scan& scan);

  std::mutex load_mutex_;  // held while reading, so that it happens once
  std::mutex mutex_;
  State state_ = State::kUnread;
  std::map<std::string, Entry, std::less<>> entries_;
  std::set<std::string, std::less<>> touched_;  // changed while reading: what was read about them is old
};

}  // namespace sandbox::objects
