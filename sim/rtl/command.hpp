#pragma once
// Another program, run to its end.

#include <filesystem>
#include <string>
#include <vector>

namespace spikeloom::rtl {

struct CommandResult {
  bool found = true;  ///< there is such a program
  int status = 0;     ///< its exit status; of a signal, 128 and its number
};

/// Runs arguments[0], sought on the PATH, without a shell. What it says goes to the file `log`.
CommandResult run_command(const std::vector<std::string>& arguments,
                          const std::filesystem::path& log);

}  // namespace spikeloom::rtl
