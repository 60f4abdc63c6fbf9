#pragma once
// The implementations of one stage by name: a list that a person can read, best first.

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/base/error.hpp"

namespace spikeloom {

/// The name of the implementation that chooses among the others, in every stage that has one.
inline constexpr const char* kAutomatic = "auto";

/// `Args`: what an implementation is made from.
template <typename Stage, typename... Args>
using Registry =
    std::vector<std::pair<std::string, std::function<std::unique_ptr<Stage>(Args...)>>>;

template <typename List>
std::vector<std::string> names_of(const List& registry) {
  std::vector<std::string> names;
  for (const auto& [name, make] : registry) names.push_back(name);
  return names;
}

/// Makes the implementation `name`; InternalError if there is none (options have been checked).
template <typename Stage, typename... Args>
std::unique_ptr<Stage> make_stage(const Registry<Stage, Args...>& registry,
                                  const std::string& name,
                                  const std::type_identity_t<Args>&... args) {
  for (const auto& [known, make] : registry)
    if (known == name) return make(args...);
  throw InternalError("no stage is called '" + name + "'");
}

}  // namespace spikeloom
