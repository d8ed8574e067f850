// The promises of the ObjectStore port, on the files and on the fake.

#include <catch2/catch.hpp>

#include "objects/file_store.h"
#include "support/memory_object_store.h"
#include "support/temp_directory.h"

using namespace sandbox;

namespace {

struct Files {
  testing::TempDirectory directory;
  std::unique_ptr<objects::FileObjectStore> store = *objects::FileObjectStore::Open(directory.Path());
};
struct Memory {
  std::unique_ptr<testing::MemoryObjectStore> store = std::make_unique<testing::MemoryObjectStore>();
};

std::vector<std::string> Keys(const ObjectListing& listing) {
  std::vector<std::string> keys;
  for (const auto& object : listing.objects) keys.push_back(object.key);
  return keys;
}

const std::vector<std::string> kOddKeys = {"a",
                                           "a/",
                                           "a/b",
                                           "/a",
                                           "//",
                                           "..",
                                           "../x",
                                           "a/../../etc/passwd",
                                           ".",
                                           "x=y======/f.txt",
                                           "100%",
                                           "%2e%2e/",
                                           "a b+c&d?e#f",
                                           "h\xc3\xa9llo/\xe6\x97\xa5\xe6\x9c\xac",
                                           std::string(1024, 'k'),
                                           std::string(300, 'd') + "/" + std::string(300, 'e'),
                                           "new\nline",
                                           "tab\t<&>\"'"};

}  // namespace

TEMPLATE_TEST_CASE("an object comes back as it was put", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  for (const std::string& key : kOddKeys) {
    CAPTURE(key);
    auto writer = store.Create("b", key, {"text/html", {{"name", "value"}}, {{"Cache-Control", "no-store"}}},
                               Durability::kSynced);
    REQUIRE(writer);
    REQUIRE((*writer)->Append("hello "));
    REQUIRE((*writer)->Append(key));
    REQUIRE(store.Head("b", key).error().reason == "NO_SUCH_KEY");
    auto info = (*writer)->Commit();
    REQUIRE(info);
    CHECK(info->etag == testing::Md5Hex("hello " + key));
    auto head = store.Head("b", key);
    REQUIRE(head);
    CHECK(head->key == key);
    CHECK(head->size == 6 + key.size());
    CHECK(head->modified_at == info->modified_at);
    CHECK(head->attributes.content_type == "text/html");
    CHECK(head->attributes.metadata.at("name") == "value");
    CHECK(head->attributes.headers.at("Cache-Control") == "no-store");
    CHECK(store.Get("b", key, 10000) == "hello " + key);
  }
  auto sorted = kOddKeys;
  std::sort(sorted.begin(), sorted.end());
  CHECK(Keys(*store.List("b", "", "", "", 1000)) == sorted);
}

TEMPLATE_TEST_CASE("missing things have stable reasons", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.CreateBucket("b"));
  CHECK(store.Open("none", "k").error().reason == "NO_SUCH_BUCKET");
  CHECK(store.Create("none", "k", {}, Durability::kCached).error().reason == "NO_SUCH_BUCKET");
  CHECK(store.List("none", "", "", "", 10).error().reason == "NO_SUCH_BUCKET");
  CHECK(store.Open("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store.Remove("b", "k"));
  REQUIRE(store.Put("b", "k", "12345", Durability::kCached));
  CHECK(store.Get("b", "k", 4).error().reason == "TOO_LARGE");
  CHECK(store.DeleteBucket("b").error().code == Code::kFailedPrecondition);
  CHECK(store.Remove("b", "k"));
  CHECK(store.DeleteBucket("b"));
  CHECK_FALSE(store.HasBucket("b"));
}

TEMPLATE_TEST_CASE("a listing pages through keys and groups in byte order", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  const std::vector<std::string> keys = {"a", "a-b", "a.b", "a/1", "a/2", "a/2/3", "a0", "b/x/y", "b/z", "c"};
  for (const auto& key : keys) REQUIRE(store.Put("b", key, "x", Durability::kCached));
  CHECK(Keys(*store.List("b", "", "", "", 1000)) == keys);
  CHECK(Keys(*store.List("b", "a/", "", "", 1000)) == std::vector<std::string>{"a/1", "a/2", "a/2/3"});
  CHECK(Keys(*store.List("b", "a/", "", "a/1", 1000)) == std::vector<std::string>{"a/2", "a/2/3"});

  std::vector<std::string> seen;
  std::string after;
  for (bool more = true; more;) {
    auto page = *store.List("b", "", "/", after, 2);
    for (const auto& key : Keys(page)) seen.push_back(key);
    for (const auto& group : page.common_prefixes) seen.push_back(group);
    CHECK(page.objects.size() + page.common_prefixes.size() <= 2);
    more = page.truncated;
    after = page.last;
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>{"a", "a-b", "a.b", "a/", "a0", "b/", "c"});
  auto inside = *store.List("b", "b/", "/", "", 1000);
  CHECK(inside.common_prefixes == std::vector<std::string>{"b/x/"});
  CHECK(Keys(inside) == std::vector<std::string>{"b/z"});
  CHECK_FALSE(store.List("b", "", "", "", 0)->truncated);
}

TEMPLATE_TEST_CASE("a reader keeps what it opened", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.Put("b", "k", "first", Durability::kCached));
  auto reader = *store.Open("b", "k");
  REQUIRE(store.Put("b", "k", "second, longer", Durability::kCached));
  CHECK(reader->ReadAt(0, 100) == "first");
  REQUIRE(store.Remove("b", "k"));
  CHECK(reader->ReadAt(2, 2) == "rs");
  CHECK(reader->ReadAt(4, 10) == "t");
  CHECK(reader->ReadAt(5, 10) == "");
  CHECK(reader->ReadAt(50, 10) == "");
}

TEMPLATE_TEST_CASE("an object is joined from others", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  REQUIRE(store.Put("b", "1", "hello", Durability::kCached));
  REQUIRE(store.Put("b", "2", "world", Durability::kCached));
  auto writer = *store.Create("b", "k", {}, Durability::kSynced);
  REQUIRE(writer->AppendObject(**store.Open("b", "1"), 0, 5));
  REQUIRE(writer->AppendObject(**store.Open("b", "2"), 1, 3));
  writer->SetEtag("00000000000000000000000000000000-2");
  REQUIRE(writer->Commit());
  CHECK(store.Get("b", "k", 100) == "helloorl");
  CHECK(store.Head("b", "k")->etag == "00000000000000000000000000000000-2");
}

TEMPLATE_TEST_CASE("a dropped writer leaves nothing", "[objects]", Files, Memory) {
  TestType fixture;
  ObjectStore& store = *fixture.store;
  REQUIRE(store.CreateBucket("b"));
  {
    REQUIRE((*store.Create("b", "k", {}, Durability::kSynced))->Append("x"));
  }
  CHECK(store.Head("b", "k").error().reason == "NO_SUCH_KEY");
  CHECK(store.DeleteBucket("b"));
}
