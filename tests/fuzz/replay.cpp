// Runs a fuzz target over the files of its corpus, where there is no libFuzzer:
// `replay_NAME FOLDER...`. Ends 0 if all were read or refused; a finding ends the process.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

std::vector<std::filesystem::path> files_of(int count, char** folders) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < count; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(folders[i]))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void replay(const std::filesystem::path& path) {
  std::cout << path.filename().string() << std::endl;  // seen even if this is the last file
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::filesystem::path> files = files_of(argc - 1, argv + 1);
  for (const std::filesystem::path& path : files) replay(path);
  std::cout << files.size() << " files replayed\n";
  return files.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
