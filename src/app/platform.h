#pragma once

// Everything wired together, in dependency order.
//
// Thread: Open, Close and the destructor on the main thread. Close stops in the reverse order: no new connections, open
// calls answered, the core's loop ended, queued writes committed. Containers of running tasks are left alone.

#include <memory>
#include <string>

#include "app/config.h"
#include "home/home.h"
#include "home/instances.h"
#include "home/start_options.h"
#include "sandbox/base/error.h"

namespace sandbox::app {

class Platform {
 public:
  // Binds every port first, then opens the state and continues what runs. Errors: PORT_TAKEN, STATE_NEWER, and what the
  // store and the object store say.
  static Result<std::unique_ptr<Platform>> Open(const home::Home& home, const Config& config,
                                                const home::StartOptions& options);
  ~Platform();

  // The ports where it listens, for runtime.json.
  home::RuntimeInfo Info() const;
  // To be kept with the data directory.
  home::Ports Ports() const;
  void Close();

 private:
  struct Parts;
  explicit Platform(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The id of the data directory: the label of everything made in Docker. Made once, kept in the file `instance`.
Result<std::string> InstanceId(const home::Home& home);

}  // namespace sandbox::app
