#pragma once

// Which process something belongs to, told in a text that another process can judge later: the label of what ephemeral
// sandboxes make in Docker. Numbers of processes are given again, and several machines may share one engine.

#include <string>

namespace sandbox::home {

inline constexpr char kOwnerLabel[] = "sandbox.ephemeral";

// Of the kernel's present run; empty: not known.
std::string BootId();
// Of this process.
std::string ThisOwner();
// Whether the process is known to be gone. False: it runs, or it is of another machine or of a container of its own.
bool IsGone(const std::string& owner);

}  // namespace sandbox::home
