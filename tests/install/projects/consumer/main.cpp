#include <iostream>

#include "models/base/random.hpp"
#include "models/library/library.hpp"

// libsystemc refers to sc_main; a program that only uses libraries beside it has its own main.
extern "C" int sc_main(int, char**) { return 0; }

int main() {
  const spikeloom::RandomStream stream(spikeloom::Seed{1}, "consumer");
  std::cout << "consumer drew " << stream.below(10, 0, 0) << " below 10 and found "
            << spikeloom::library_directory() << '\n';
}
