// Many clients at once.

#include <atomic>

#include "server/oci/running_registry.h"

namespace sandbox::oci {
namespace {

TEST_CASE("twenty clients push images of shared layers at once", "[oci]") {
  RunningRegistry registry;
  const std::string shared(2 << 20, 's');
  std::atomic<int> pushed = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < 20; ++client) {
    clients.emplace_back([&, client] {
      const std::string repository = Cat("team/app", client % 3), tag = Cat("v", client),
                        config = Cat("{", client, "}");
      if (registry.PushImage(repository, tag, config, shared).status == 201) ++pushed;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(pushed == 20);
  for (int client = 0; client < 20; ++client) {
    const std::string path = Cat("/v2/team/app", client % 3, "/manifests/v", client);
    CHECK(registry.Ask("GET", path).body == ImageOf(Cat("{", client, "}"), shared));
  }
  CHECK((registry.Ask("GET", "/v2/a/blobs/" + DigestOfBytes(shared).text).body == shared));
  CHECK(registry.objects->List(".oci-blobs", "", "", "", 100)->objects.size() == 21);
  CHECK(registry.HasNothingHalf());
}

TEST_CASE("two requests do not write to one upload", "[oci]") {
  RunningRegistry registry;
  const std::string upload = registry.Begin();
  testing::RawClient slow(registry.listener->Port());
  slow.Send(Cat("PATCH ", upload, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nla"));
  CHECK(RunningRegistry::Until([&] { return registry.Code("GET", upload) == "400 BLOB_UPLOAD_INVALID"; }));
  CHECK(registry.Code("PATCH", upload, "x") == "400 BLOB_UPLOAD_INVALID");
  slow.Send("yer");
  CHECK(RunningRegistry::ReadReply(slow).Code() == "202");
  CHECK(registry.Code("PUT", upload + "?digest=" + DigestOfBytes("layer").text) == "201");
}

}  // namespace
}  // namespace sandbox::oci
