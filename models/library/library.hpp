#pragma once
// Where the shipped data lies: beside the source in a build tree, under share/ once installed.

#include <string>
#include <vector>

namespace spikeloom {

/// The library directory: SPIKELOOM_LIBRARY if set, else the installed or the source one.
/// Throws InputError naming what was tried.
std::string library_directory();

/// Stems of the `.json` files in a folder of the library ("chips", "semantics", ...), sorted.
std::vector<std::string> library_names(const std::string& folder);

}  // namespace spikeloom
