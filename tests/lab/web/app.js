document.getElementById("said").textContent = "Both scripts have run: " + lib.name + ".";
