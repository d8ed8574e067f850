#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "sandbox/base/check.h"

namespace sandbox {
namespace {

// A test that makes the program log a bug of its own has failed, whatever else it found.
class NoBugs final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    if (BugsLogged() == 0) return;
    Catch::cout().flush();
    std::fprintf(stderr, "%s: a bug was logged\n", stats.testInfo.name.c_str());
    std::_Exit(1);
  }
};
CATCH_REGISTER_LISTENER(NoBugs)

}  // namespace
}  // namespace sandbox
