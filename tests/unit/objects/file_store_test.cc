#include "objects/file_store.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include "objects/files.h"
#include "support/temp_directory.h"

using namespace sandbox;
using objects::FileObjectStore;

namespace fs = std::filesystem;

TEST_CASE("objects and buckets outlive the store", "[objects]") {
  testing::TempDirectory directory;
  {
    auto store = *FileObjectStore::Open(directory.Path());
    REQUIRE(store->CreateBucket("b"));
    REQUIRE(store->Put("b", "k/1", "one", Durability::kSynced));
  }
  auto store = *FileObjectStore::Open(directory.Path());
  CHECK(store->ListBuckets().size() == 1);
  CHECK(store->Get("b", "k/1", 10) == "one");
  CHECK(store->List("b", "k/", "", "", 10)->objects.at(0).size == 3);
}

TEST_CASE("what a crash left half written is removed", "[objects]") {
  testing::TempDirectory directory;
  fs::create_directories(directory.Path() + "/tmp");
  std::ofstream(directory.Path() + "/tmp/77") << "half";
  auto store = *FileObjectStore::Open(directory.Path());
  CHECK(fs::is_empty(directory.Path() + "/tmp"));
}

// A process that is killed leaves one when it was about to write a small object.
TEST_CASE("an empty file is no object, and none stands in its way", "[objects]") {
  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path());
  REQUIRE(store->CreateBucket("b"));
  REQUIRE(store->Put("b", "k", "1", Durability::kCached));
  for (const auto& entry : fs::recursive_directory_iterator(directory.Path())) {
    if (entry.is_regular_file()) fs::resize_file(entry.path(), 0);
  }
  store = *FileObjectStore::Open(directory.Path());
  CHECK(store->Head("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store->List("b", "", "", "", 10)->objects.empty());
  CHECK(store->Remove("b", "other"));
  SECTION("it is written") {
    REQUIRE(store->Put("b", "k", "2", Durability::kCached));
    CHECK(store->Get("b", "k", 10) == "2");
  }
  SECTION("its bucket is removed") { CHECK(store->DeleteBucket("b")); }
}

TEST_CASE("a damaged file is reported, and does not stop a listing", "[objects]") {
  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path());
  REQUIRE(store->CreateBucket("b"));
  REQUIRE(store->Put("b", "good", "1", Durability::kCached));
  REQUIRE(store->Put("b", "bad", "2", Durability::kCached));
  for (const auto& entry : fs::recursive_directory_iterator(directory.Path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    if (file.get() == '2') fs::resize_file(entry.path(), 5);
  }
  CHECK(store->Open("b", "bad").error().code == Code::kDataLoss);
  CHECK(store->List("b", "", "", "", 10)->objects.size() == 1);
}

TEST_CASE("no key leaves the directory", "[objects]") {
  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path() + "/root");
  CHECK_FALSE(store->CreateBucket(".."));
  CHECK_FALSE(store->CreateBucket("a/b"));
  REQUIRE(store->CreateBucket("b"));
  REQUIRE(store->Put("b", "../../../escape", "x", Durability::kCached));
  CHECK_FALSE(store->Put("b", "", "x", Durability::kCached));
  CHECK_FALSE(store->Put("b", std::string(1025, 'x'), "x", Durability::kCached));
  size_t entries = 0;
  for (const auto& entry : fs::directory_iterator(directory.Path()))
    entries += entry.path().filename() == "root" ? 1 : 100;
  CHECK(entries == 1);
}

TEST_CASE("what a disk refuses for a moment is told from what stays", "[objects]") {
  const auto error = [](int number) { return objects::DiskError("writing", number).error(); };
  for (const int number : {ENOSPC, EDQUOT}) {
    CHECK(error(number).code == Code::kResourceExhausted);
    CHECK(error(number).reason == "DISK_FULL");
    CHECK(IsRetryable(error(number)));
  }
  for (const int number : {EMFILE, ENFILE, ENOMEM, EIO, EBUSY, ESTALE}) {
    CHECK(error(number).reason == "DISK");
    CHECK(IsRetryable(error(number)));
  }
  for (const int number : {EROFS, EACCES, EPERM, ENOENT, ENOTDIR, EFBIG, EBADF}) {
    CHECK(error(number).code == Code::kInternal);
    CHECK_FALSE(IsRetryable(error(number)));
  }
}

TEST_CASE("a full disk is told with its path, and leaves nothing", "[objects]") {
  const objects::Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK(objects::WriteAll(full.Get(), "x").error().reason == "DISK_FULL");

  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path());
  REQUIRE(store->CreateBucket("b"));
  // A limit of this process stands for the disk's.
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const Durability durability = GENERATE(Durability::kSynced, Durability::kCached);
  const auto put = store->Put("b", "k", std::string(2000, 'x'), durability);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(put);
  CHECK(put.error().message.starts_with(
      Cat("while writing ", directory.Path(), durability == Durability::kSynced ? "/tmp/" : "/buckets/b/")));
  CHECK(fs::is_empty(directory.Path() + "/tmp"));
  CHECK(store->Head("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store->Put("b", "k", std::string(2000, 'x'), Durability::kSynced));
}

TEST_CASE("without a file descriptor a write may be tried again", "[objects]") {
  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path());
  REQUIRE(store->CreateBucket("b"));
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto put = store->Put("b", "k", "x", Durability::kSynced);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE_FALSE(put);
  CHECK(IsRetryable(put.error()));
  CHECK(store->Put("b", "k", "x", Durability::kSynced));
}

TEST_CASE("writers, removers and listings may meet", "[objects]") {
  testing::TempDirectory directory;
  auto store = *FileObjectStore::Open(directory.Path());
  REQUIRE(store->CreateBucket("b"));
  for (int i = 0; i < 200; ++i) REQUIRE(store->Put("b", "old" + std::to_string(i), "x", Durability::kCached));
  store = *FileObjectStore::Open(directory.Path());  // the index is read while others write
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int worker = 0; worker < 4; ++worker) {
    threads.emplace_back([&, worker] {
      for (int i = 0; i < 50; ++i) {
        if (!store->Put("b", "new" + std::to_string(worker) + "/" + std::to_string(i), "y",
                        i % 10 ? Durability::kCached : Durability::kSynced))
          ++failures;
        if (!store->Remove("b", "old" + std::to_string(worker * 50 + i))) ++failures;
        if (!store->List("b", "new", "/", "", 10)) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(store->List("b", "new", "", "", 1000)->objects.size() == 200);
  CHECK(store->List("b", "old", "", "", 1000)->objects.empty());
}
