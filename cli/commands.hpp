#pragma once
// The commands of the program. Each prints its result and returns the exit code.

#include <string>
#include <vector>

#include "cli/flow/golden_flow.hpp"
#include "cli/flow/run_flow.hpp"
#include "cli/flow/verify_flow.hpp"

namespace spikeloom {

constexpr int kDone = 0, kEnginesDiffer = 1, kBadInput = 2, kOurBug = 3;

int run_command(const RunRequest& request, bool as_json);
int golden_command(const GoldenRequest& request, bool as_json);
int map_command(const RunRequest& request, bool as_json);
int verify_command(const VerifyRequest& request, bool as_json);
int check_command(const std::vector<std::string>& files, bool as_json);
int list_command(const std::string& kind, bool as_json);

/// What `list` can show: kinds and their names.
std::vector<std::pair<std::string, std::vector<std::string>>> all_lists();

}  // namespace spikeloom
