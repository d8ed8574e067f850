#pragma once

// The use cases of executions on the real registry and store; only the engine is a stand-in.

#include <atomic>
#include <catch2/catch.hpp>

#include "api/v1/execution_methods.h"
#include "api/v1/execution_service.h"
#include "unit/control/instant_executions.h"
#include "unit/entities/platform.h"

namespace sandbox::testing {

class CountingEntropy : public Entropy {
 public:
  uint64_t Next() override { return (state_ = state_ * 6364136223846793005u + 1442695040888963407u) >> 33; }

 private:
  std::atomic<uint64_t> state_ = 1;
};

// The path of a link, as the recordings keep it.
class PathSigner : public UrlSigner {
 public:
  std::string Sign(std::string_view, std::string_view bucket, std::string_view key, Duration,
                   const std::map<std::string, std::string>&) override {
    std::string path = Cat("SIGNED:/", bucket, "/");
    for (unsigned char c : key) {
      const bool kept = std::isalnum(c) || std::string_view("-._~/").contains(static_cast<char>(c));
      path += kept ? std::string(1, static_cast<char>(c))
                   : Cat("%", std::string(1, "0123456789ABCDEF"[c >> 4]), std::string(1, "0123456789ABCDEF"[c & 15]));
    }
    return path;
  }
};

class ExecutionPlatform {
 public:
  ExecutionPlatform() {
    REQUIRE(registered_.Objects().CreateBucket(kBucket));
    api::AddExecutionMethods(registered_.Table(), service_);
  }
  const api::MethodTable& Table() { return registered_.Table(); }
  api::DefinitionService& Registered() { return registered_.Calls(); }
  api::ExecutionService& Calls() { return service_; }
  MetadataStore& Store() { return registered_.Store(); }
  ObjectStore& Objects() { return registered_.Objects(); }

 private:
  Platform registered_;
  CountingEntropy entropy_;
  PathSigner signer_;
  InstantExecutions executions_{registered_.Store(), registered_.Time()};
  control::Requests requests_{control::RequestDeps{registered_.Config(), registered_.Store(), registered_.Objects(),
                                                   executions_, registered_.Time(), entropy_}};
  api::ExecutionService service_{
      {requests_, registered_.Store(), registered_.Objects(), signer_, registered_.Time(), entropy_}};
};

}  // namespace sandbox::testing
