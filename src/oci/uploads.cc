#include "oci/uploads.h"

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "sandbox/base/encoding.h"

namespace sandbox::oci {

Status Upload::Append(std::string_view bytes) {
  if (!writer_) {
    auto writer = store_.CreateBlob();
    if (!writer) return std::unexpected(std::move(writer.error()));
    writer_ = std::move(*writer);
  }
  bytes_ += bytes.size();
  return writer_->Append(bytes);
}

Status Upload::Finish(const Digest& digest) {
  // An empty blob is one, too.
  if (Status begun = Append(""); !begun) return begun;
  return store_.KeepBlob(*writer_, digest);
}

struct UploadTable::State {
  struct Entry {
    std::string repository;
    std::unique_ptr<Upload> upload;  // null while a request has it
    Instant used_at{};
  };

  Clock& clock;
  std::mutex mutex{};
  std::map<std::string, Entry, std::less<>> entries{};
};

UploadTable::Lease::~Lease() {
  if (!upload_) return;
  std::lock_guard lock(table_->mutex);
  if (const auto found = table_->entries.find(id_); found != table_->entries.end()) {
    found->second.upload = std::move(upload_);
    found->second.used_at = table_->clock.Now();
  }
}

void UploadTable::Lease::Drop() {
  {
    std::lock_guard lock(table_->mutex);
    table_->entries.erase(id_);
  }
  upload_.reset();
}

UploadTable::UploadTable(ImageStore& store, Clock& clock, Entropy& entropy)
    : store_(store), entropy_(entropy), state_(std::make_shared<State>(clock)) {}
UploadTable::~UploadTable() = default;

Result<std::string> UploadTable::Begin(std::string_view repository) {
  const std::string id = Cat(HexNumber(entropy_.Next(), 16), HexNumber(entropy_.Next(), 16));
  std::lock_guard lock(state_->mutex);
  if (state_->entries.size() >= kUploadsMax) {
    return Fail(Code::kResourceExhausted, "TOOMANYREQUESTS",
                Cat(kUploadsMax, " uploads are under way already: wait for some to end, or cancel them"));
  }
  state_->entries[id] = {std::string(repository), std::make_unique<Upload>(store_), state_->clock.Now()};
  return id;
}

Result<UploadTable::Lease> UploadTable::Take(std::string_view repository, std::string_view id) {
  std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(id);
  if (found == state_->entries.end() || found->second.repository != repository) {
    return Fail(Code::kNotFound, "BLOB_UPLOAD_UNKNOWN",
                Cat("there is no upload ", id, " to the repository ", repository,
                    ": it ended, was left for too long, or the sandbox was started again; begin another"));
  }
  if (!found->second.upload)
    return Fail(Code::kAborted, "BLOB_UPLOAD_INVALID", Cat("another request is writing to the upload ", id));
  return Lease(state_, std::string(id), std::move(found->second.upload));
}

size_t UploadTable::Expire(Instant unused_since) {
  std::vector<std::unique_ptr<Upload>> dropped;  // outside of the mutex: they remove files
  std::lock_guard lock(state_->mutex);
  for (auto at = state_->entries.begin(); at != state_->entries.end();) {
    if (at->second.upload && at->second.used_at < unused_since) {
      dropped.push_back(std::move(at->second.upload));
      at = state_->entries.erase(at);
    } else {
      ++at;
    }
  }
  return dropped.size();
}

}  // namespace sandbox::oci
