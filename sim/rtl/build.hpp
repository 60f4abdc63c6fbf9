#pragma once
// Compiles a chip's RTL with Verilator and the user's compiler into a shared library, once.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace spikeloom::rtl {

struct Sources {
  std::filesystem::path folder;  ///< of hw/: pkg, rtl and check
  std::string top;               ///< text of the module sl_top
  /// Files that take the place of modules of hw/rtl, by the module's name.
  std::vector<std::pair<std::string, std::filesystem::path>> replaced{};
  bool waveforms = false;  ///< slower to build and to run
};

/// Told what is being done.
using BuildWatch = std::function<void(const std::string& stage)>;

/// The shared library of these sources, from the cache ($XDG_CACHE_HOME or ~/.cache, below
/// spikeloom/rtl) or built there; complete or not there at all. Throws InputError if Verilator or
/// the compiler ($CXX, else c++) is missing or refuses the RTL, with what it said first.
std::filesystem::path build(const Sources& sources, const BuildWatch& watch = {});

}  // namespace spikeloom::rtl
