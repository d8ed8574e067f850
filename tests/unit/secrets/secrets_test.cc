#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "secrets/file_secrets.h"
#include "support/temp_directory.h"

using namespace sandbox;
using namespace sandbox::secrets;
using sandbox::testing::TempDirectory;

namespace {

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("What is encrypted comes back only with its key and context", "[secrets]") {
  const CipherKey key = NewKey();
  const std::string bytes = Encrypt(key, "here", "the value");
  CHECK(bytes.find("value") == std::string::npos);
  CHECK(Encrypt(key, "here", "the value") != bytes);
  CHECK(Decrypt(key, "here", bytes) == "the value");
  CHECK_FALSE(Decrypt(key, "there", bytes));
  CHECK_FALSE(Decrypt(NewKey(), "here", bytes));
  CHECK(Decrypt(key, "", Encrypt(key, "", "")) == "");
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(Decrypt(key, "here", changed));
    CHECK_FALSE(Decrypt(key, "here", bytes.substr(0, i)));
  }
}

TEST_CASE("Secrets are put, replaced, listed and deleted", "[secrets]") {
  const TempDirectory directory;
  const std::filesystem::path folder = std::filesystem::path(directory.Path()) / "secrets";
  FileSecrets secrets(folder), other(folder);
  CHECK(secrets.List()->empty());
  CHECK(*secrets.Find({"g", "k"}) == std::nullopt);
  CHECK(secrets.Delete({"g", "k"}).error().code == Code::kNotFound);

  REQUIRE(secrets.Put({"g", "k"}, "first value"));
  REQUIRE(other.Put({"a", "z"}, std::string("\0\n\xff", 3)));
  CHECK(*other.Find({"g", "k"}) == "first value");
  REQUIRE(secrets.Put({"g", "k"}, "second value"));
  CHECK(*other.Find({"g", "k"}) == "second value");
  CHECK(*secrets.Find({"a", "z"}) == std::string("\0\n\xff", 3));
  const auto list = *secrets.List();
  REQUIRE(list.size() == 2);
  CHECK(list[0].name == SecretName{"a", "z"});
  CHECK(list[1].name == SecretName{"g", "k"});
  for (const StoredSecret& each : list)
    CHECK(std::chrono::abs(std::chrono::system_clock::now() - each.set_at) < std::chrono::hours(1));
  CHECK(*secrets.Find({"G", "k"}) == std::nullopt);

  using std::filesystem::perms;
  CHECK(std::filesystem::status(folder).permissions() == perms::owner_all);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CHECK(entry.status().permissions() == (perms::owner_read | perms::owner_write));
    CHECK(Slurp(entry.path()).find("value") == std::string::npos);
  }
  REQUIRE(other.Delete({"g", "k"}));
  CHECK(*secrets.Find({"g", "k"}) == std::nullopt);
  CHECK(secrets.List()->size() == 1);
}

TEST_CASE("A lost key is told, and names that cannot be files are refused", "[secrets]") {
  const TempDirectory directory;
  FileSecrets secrets(directory.Path());
  REQUIRE(secrets.Put({"g", "k"}, "v"));
  std::filesystem::remove(std::filesystem::path(directory.Path()) / "key");
  CHECK(secrets.Find({"g", "k"}).error().reason == "SECRET_UNREADABLE");
  REQUIRE(secrets.Put({"g", "new"}, "w"));
  CHECK(secrets.Find({"g", "k"}).error().reason == "SECRET_UNREADABLE");
  CHECK(*secrets.Find({"g", "new"}) == "w");
  for (const std::string& bad :
       {std::string(), std::string(".."), std::string("a/b"), std::string("a\nb"), std::string(300, 'x')}) {
    CHECK(secrets.Put({bad, "k"}, "v").error().code == Code::kInvalidArgument);
    CHECK(secrets.Put({"g", bad}, "v").error().code == Code::kInvalidArgument);
  }
  CHECK(secrets.Put({"g", "k"}, std::string((1 << 20) + 1, 'x')).error().code == Code::kInvalidArgument);
}
