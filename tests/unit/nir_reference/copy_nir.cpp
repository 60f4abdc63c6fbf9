// Reads a NIR file and writes it again: `copy_nir IN OUT`. For tests that compare the two.

#include <cstdio>
#include <exception>

#include "models/network/nir.hpp"

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  spikeloom::write_nir(spikeloom::read_nir(argv[1]), argv[2]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
