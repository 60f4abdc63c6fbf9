#pragma once
// The implementations of one stage by name: a list that a person can read, best first.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/base/error.hpp"

namespace spikeloom {

template <typename Stage>
using Registry = std::vector<std::pair<std::string, std::function<std::unique_ptr<Stage>()>>>;

template <typename Stage>
std::vector<std::string> names_of(const Registry<Stage>& registry) {
  std::vector<std::string> names;
  for (const auto& [name, make] : registry) names.push_back(name);
  return names;
}

/// Makes the implementation `name`; InternalError if there is none (options have been checked).
template <typename Stage>
std::unique_ptr<Stage> make_stage(const Registry<Stage>& registry, const std::string& name) {
  for (const auto& [known, make] : registry)
    if (known == name) return make();
  throw InternalError("no stage is called '" + name + "'");
}

}  // namespace spikeloom
