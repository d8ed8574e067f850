#pragma once

// Blobs on their way in, over several requests. They are not kept over a restart: a client is told BLOB_UPLOAD_UNKNOWN
// then, and begins again.

#include <memory>
#include <string>
#include <string_view>

#include "oci/image_store.h"

namespace sandbox::oci {

inline constexpr size_t kUploadsMax = 1000;  // each has an open file

// One blob. One thread at a time; blocks on the disk.
class Upload {
 public:
  // `store` outlives it.
  explicit Upload(ImageStore& store) : store_(store) {}
  uint64_t Bytes() const { return bytes_; }
  // After a failure of either the upload is of no more use.
  Status Append(std::string_view bytes);
  Status Finish(const Digest& digest);

 private:
  ImageStore& store_;
  std::unique_ptr<ObjectWriter> writer_;  // from the first byte on
  uint64_t bytes_ = 0;
};

// Thread: any.
class UploadTable {
 private:
  struct State;

 public:
  // The upload, for one request: it goes back to the table at the end, unless dropped. It may outlive the table: a
  // request that a stop interrupts ends with its loop.
  class Lease {
   public:
    Lease(std::shared_ptr<State> table, std::string id, std::unique_ptr<Upload> upload)
        : table_(std::move(table)), id_(std::move(id)), upload_(std::move(upload)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    explicit operator bool() const { return upload_ != nullptr; }  // not dropped
    Upload& operator*() const { return *upload_; }
    Upload* operator->() const { return upload_.get(); }
    // The upload is over, and nothing of it is left.
    void Drop();

   private:
    std::shared_ptr<State> table_;
    std::string id_;
    std::unique_ptr<Upload> upload_;
  };

  // `store` and `entropy` outlive the table, `clock` every lease.
  UploadTable(ImageStore& store, Clock& clock, Entropy& entropy);
  ~UploadTable();

  // The id of a new one. RESOURCE_EXHAUSTED, reason TOOMANYREQUESTS.
  Result<std::string> Begin(std::string_view repository);
  // BLOB_UPLOAD_UNKNOWN; ABORTED, reason BLOB_UPLOAD_INVALID, while another request has it.
  Result<Lease> Take(std::string_view repository, std::string_view id);
  // Drops those that nobody asked for since then; how many.
  size_t Expire(Instant unused_since);

 private:
  ImageStore& store_;
  Entropy& entropy_;
  std::shared_ptr<State> state_;
};

}  // namespace sandbox::oci
