#pragma once

// PodSpec -> what the engine is asked to create. Pure.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "docker/types.h"
#include "sandbox/ports/container_runner.h"

namespace sandbox::runner {

inline constexpr char kInstanceLabel[] = "sandbox.instance";
inline constexpr char kPodLabel[] = "sandbox.pod";
inline constexpr char kNamespaceLabel[] = "sandbox.namespace";
inline constexpr char kContainerLabel[] = "sandbox.container";
inline constexpr char kAnnotationPrefix[] = "sandbox.annotation/";

struct PodSettings {
  std::string instance;
  std::string platform_ip;
  std::string network_mode;       // "container:<id>" shares that container's network and names
  std::string container_name;     // on the engine
  std::string termination_file;   // on the engine's host, mounted over the termination message path; empty: none
  int64_t engine_cpu_millis = 0;  // of all its cpus; 0: not known. It refuses quotas above that: they hold nothing
  std::map<std::string, std::string> labels{};  // of everything that is made, beside the pod's
};

// Of a volume that the containers of a pod share, on the engine.
std::string VolumeName(const std::string& instance, const PodSpec& pod, const std::string& volume);
// Where the empty directories of a container are.
std::vector<std::string> OpenPaths(const PodSpec& pod, const ContainerSpec& container);

// Of a container that asks for so many, of an engine that gives none; `why` are its words, if it said so.
model::WaitReason NoGpu(uint32_t gpus, std::string why);

// "name:ip" of the names by which tasks know the platform and the object store.
std::vector<std::string> PlatformHosts(const std::string& platform_ip);

docker::ContainerConfig ConfigOf(const PodSpec& pod, const ContainerSpec& container, const PodSettings& settings);

}  // namespace sandbox::runner
