const lib = { name: "lib from cdn.example.net" };
