#pragma once
// What the fuzz targets share. A target is one file fuzz_NAME.cpp that defines the entry function
// below, one line in CMakeLists.txt, a folder corpus/NAME, and, if words help, a file NAME.dict.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

/// libFuzzer's entry: gives any bytes to the parser and returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace spikeloom_fuzz {

/// A file of this process alone, with these bytes. Later calls with the same name overwrite it; the
/// program's end removes it.
std::string file_of(const std::string& name, const std::uint8_t* data, std::size_t size);

/// Where file_of() would put the file, for those who write it themselves.
std::string path_of(const std::string& name);

/// Runs `parse`, which may refuse its input (InputError), in one printable line that begins with
/// the name of a file. Anything else thrown, and any other message, ends the process: a finding.
void read_or_refuse(const std::function<void()>& parse);

}  // namespace spikeloom_fuzz
