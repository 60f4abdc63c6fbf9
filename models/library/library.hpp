#pragma once
// Where the shipped data lies: beside the source in a build tree, under share/ of the running
// program's prefix once installed.

#include <string>
#include <vector>

namespace spikeloom {

/// The library directory: SPIKELOOM_LIBRARY if set; else the first that exists of that of the
/// running program's installation, that of the source tree, and that under the configured prefix.
/// Throws InputError naming what was tried.
std::string library_directory();

/// Where the RTL lies: hw/ of the source tree, or of the installed library. Throws InputError.
std::string rtl_directory();

/// Stems of the `.json` files in a folder of the library ("chips", "semantics", ...), sorted.
std::vector<std::string> library_names(const std::string& folder);

}  // namespace spikeloom
